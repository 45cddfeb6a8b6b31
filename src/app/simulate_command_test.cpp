#include <gtest/gtest.h>

#include <sstream>

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

TEST(SimulateCommand, AnUnknownFaultIsBadUsageAndNamesTheKnownOnes) {
  const Outcome outcome = run_command({"simulate", "--faults", "kill,meteor"});
  EXPECT_EQ(outcome.code, ExitCode::bad_usage);
  EXPECT_NE(outcome.error.find("meteor"), std::string::npos);
  EXPECT_NE(outcome.error.find("response_lost"), std::string::npos);
}

}  // namespace simulate_command_test
}  // namespace connector::app
