#include <gtest/gtest.h>

#include <vector>

#include "simulation/runner.h"

namespace connector::simulation {
namespace shared_lists_test {

/// After a downtime, and in the beginning, the lists of a connection are old in every process at once.
TEST(SharedLists, AreReadByOneProcessHoweverManyThereAre) {
  std::vector<domain::UtcTime> read;
  bool is_shared = false;
  RunOptions options;
  options.seed = 5;  // two processes
  options.days = 1;
  options.orders = 10;
  options.faults = "none";
  options.on_line = [&](domain::UtcTime at, std::string_view line) {
    is_shared = is_shared || line.find(" p2/1 sends to Exact") != std::string_view::npos;
    const bool is_list = line.find("sends to Exact GET") != std::string_view::npos &&
                         line.find("sync/Logistics/Items") != std::string_view::npos;
    if (is_list) read.push_back(at);
  };
  ASSERT_FALSE(run_seeds(options).value().failure);
  ASSERT_TRUE(is_shared) << "a seed with two processes is wanted";
  ASSERT_GE(read.size(), 3U);
  for (std::size_t i = 1; i < read.size(); ++i) EXPECT_GT(read[i] - read[i - 1], std::chrono::minutes(30));
}

}  // namespace shared_lists_test
}  // namespace connector::simulation
