#include "simulation/world.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace connector::simulation {
namespace world_test {

std::string problems_of(const WorldReport& report) {
  std::string text = report.scenario;
  for (const auto& violation : report.violations) {
    text += "\n" + domain::to_iso8601(violation.at) + " " + violation.invariant + ": " + violation.message;
  }
  return text;
}

TEST(World, WithoutFaultsAllOrdersAreBooked) {
  WorldOptions options;
  options.days = 2;
  options.orders = 60;
  for (options.seed = 1; options.seed <= 4; ++options.seed) {
    const WorldReport report = run_world(options);
    EXPECT_TRUE(report.violations.empty()) << "seed " << options.seed << " " << problems_of(report);
    // Where days are summed up, invoices are few.
    EXPECT_GT(report.documents, 10U);
    EXPECT_EQ(report.deaths, 0U);
    EXPECT_EQ(report.refused_by_budget, 0U);
  }
}

TEST(World, TheSameSeedGivesTheSameRun) {
  WorldOptions options;
  options.seed = 7;
  options.days = 2;
  options.orders = 60;
  options.faults = parse_faults("all").value();
  std::string told;
  options.on_line = [&told](domain::UtcTime at, std::string_view text) {
    told.append(domain::to_iso8601(at)).append(" ").append(text).append("\n");
  };
  const WorldReport first = run_world(options);
  const std::string first_told = std::exchange(told, {});
  const WorldReport second = run_world(options);
  EXPECT_GT(first_told.size(), 100'000U);
  EXPECT_TRUE(first_told == told) << "the same seed tells another story";
  options.on_line = nullptr;
  EXPECT_EQ(first.digest, second.digest);
  EXPECT_EQ(first.digest, run_world(options).digest) << "who listens changes nothing";
  EXPECT_EQ(first.events, second.events);
  options.seed = 8;
  EXPECT_NE(first.digest, run_world(options).digest);
}

}  // namespace world_test
}  // namespace connector::simulation
