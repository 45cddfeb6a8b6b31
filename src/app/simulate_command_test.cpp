#include <gtest/gtest.h>

#include <sstream>
#include <utility>

#include "app/command_line.h"
#include "app/run.h"

namespace connector::app {
namespace simulate_command_test {

struct Outcome {
  ExitCode code = ExitCode::bug;
  std::string out;
  std::string error;
};

Outcome run_command(std::vector<std::string> words) {
  auto parsed = parse_command_line(std::move(words));
  if (auto* nothing = std::get_if<NothingToRun>(&parsed)) return {nothing->code, "", nothing->text};
  const Invocation& invocation = std::get<Invocation>(parsed);
  std::ostringstream out;
  std::ostringstream error;
  Output output(out, error, invocation.output);
  Context context{invocation.config_file, {}, output, error, false, "cli:tester"};
  const ExitCode code = app::run(invocation.command, context);
  return {code, out.str(), error.str()};
}

TEST(SimulateCommand, ReportsAsJsonAndRepeatsItself) {
  const std::vector<std::string> words{"--output", "json", "simulate", "--seed", "3",        "--seeds", "2",
                                       "--days",   "1",    "--orders", "10",     "--faults", "all"};
  const Outcome first = run_command(words);
  ASSERT_EQ(first.code, ExitCode::done) << first.out << first.error;
  const auto report = json::parse(first.out);
  ASSERT_TRUE(report) << first.out;
  EXPECT_EQ((*report)["seeds"].integer(), 2);
  EXPECT_EQ((*report)["passed"].boolean(), true);
  EXPECT_GT((*report)["orders"].integer().value_or(0), 0);
  EXPECT_EQ(run_command(words).out, first.out);
}

TEST(SimulateCommand, TheTracePrintsEventsAndJsonStaysAlone) {
  const Outcome text = run_command({"simulate", "--days", "1", "--orders", "2", "--faults", "none", "--trace"});
  EXPECT_EQ(text.code, ExitCode::done);
  EXPECT_NE(text.out.find("sends to Exact POST"), std::string::npos);
  EXPECT_NE(text.out.find("all invariants held"), std::string::npos);
  const Outcome json =
      run_command({"--output", "json", "simulate", "--days", "1", "--orders", "2", "--faults", "none", "--trace"});
  EXPECT_TRUE(json::parse(json.out)) << json.out;
  EXPECT_NE(json.error.find("sends to Exact POST"), std::string::npos);
}

TEST(SimulateCommand, NumbersThatItCannotHoldAreBadUsage) {
  for (const auto& [option, value] :
       {std::pair{"--seed", "-1"}, std::pair{"--seed", "18446744073709551616"}, std::pair{"--seeds", "0"},
        std::pair{"--days", "0"}, std::pair{"--days", "4294967297"}, std::pair{"--days", "1.5"},
        std::pair{"--orders", "-1"}, std::pair{"--orders", "4294967297"}}) {
    const Outcome outcome = run_command({"simulate", option, value});
    EXPECT_EQ(outcome.code, ExitCode::bad_usage) << option << " " << value;
    EXPECT_NE(outcome.error.find(std::string("\"") + value + "\" is no whole number from "), std::string::npos)
        << outcome.error;
    EXPECT_LT(outcome.error.size(), 150U) << outcome.error;
  }
}

TEST(SimulateCommand, ZeroOrdersAreNone) {
  const Outcome outcome =
      run_command({"--output", "json", "simulate", "--seed", "18446744073709551615", "--days", "1", "--orders", "0"});
  EXPECT_EQ(outcome.code, ExitCode::done) << outcome.error;
  EXPECT_EQ((*json::parse(outcome.out))["orders"].integer(), 0);
  EXPECT_NE(outcome.out.find("18446744073709551615"), std::string::npos);
}

TEST(SimulateCommand, AnUnknownFaultIsBadUsageAndNamesTheKnownOnes) {
  const Outcome outcome = run_command({"simulate", "--faults", "kill,meteor"});
  EXPECT_EQ(outcome.code, ExitCode::bad_usage);
  EXPECT_NE(outcome.error.find("meteor"), std::string::npos);
  EXPECT_NE(outcome.error.find("response_lost"), std::string::npos);
}

}  // namespace simulate_command_test
}  // namespace connector::app
