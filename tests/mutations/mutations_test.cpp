// Every bug of src/domain/mutation.h must break an invariant of the simulation within a stated number of seeds, and
// without any of them all must hold.

#include <gtest/gtest.h>

#include <string>

#include "domain/mutation.h"
#include "simulation/runner.h"

namespace connector::simulation {
namespace {

using domain::Mutation;

struct Case {
  Mutation mutation;
  const char* name;
  const char* faults;  ///< what the bug needs to show
  int seeds;           ///< at most so many until it is found
  int days = 2;
  int orders = 60;
};

/// Tells GoogleTest what a case is called.
void PrintTo(const Case& one, std::ostream* out) {  // NOLINT(readability-identifier-naming): GoogleTest's name
  *out << one.name;
}

class MutationTest : public ::testing::TestWithParam<Case> {
 protected:
  ~MutationTest() override { domain::active_mutation = Mutation::none; }

  static RunReport run(const Case& one) {
    RunOptions options;
    options.seed = 1;
    options.seeds = one.seeds;
    options.days = one.days;
    options.orders = one.orders;
    options.faults = one.faults;
    options.shrink = false;
    return run_seeds(options).value();
  }
};

TEST_P(MutationTest, IsFound) {
  const Case& one = GetParam();
  domain::active_mutation = one.mutation;
  const RunReport report = run(one);
  ASSERT_TRUE(report.failure) << one.name << " was not found in " << one.seeds << " seeds";
  RecordProperty("seeds", static_cast<int>(report.seeds));
  std::printf("%s: found by seed %d (%s)\n", one.name, static_cast<int>(report.seeds),
              report.failure->violation.invariant.c_str());
}

#define CASE(name, faults, ...) \
  Case { Mutation::name, #name, faults, __VA_ARGS__ }

INSTANTIATE_TEST_SUITE_P(
    Mutations, MutationTest,
    ::testing::Values(
        CASE(forget_look_up, "all", 10), CASE(forget_intent, "all", 2),
        CASE(send_after_lease, "pause,paused_at_send,paused_at_refusal,request_late", 60),
        CASE(doubt_forgotten, "all", 10), CASE(drop_fencing, "pause,paused_at_send,paused_at_refusal,request_late", 60),
        CASE(absence_believed_at_once, "request_late", 20), CASE(limits_ignored, "all", 20),
        CASE(later_pages_forgotten, "all", 20), CASE(watermark_too_soon, "all", 20),
        CASE(later_return_pages_forgotten, "all", 40),
        CASE(returns_watermark_too_soon,
             "outage,server_error_before,server_error_burst,body_cut,html_error_page,bad_request,forbidden", 200),
        CASE(no_overlap, "none", 20), CASE(history_forgotten, "all", 5), CASE(sent_documents_replanned, "all", 200),
        CASE(unclear_taken_for_refusal, "all", 10), CASE(refresh_token_reused, "all", 5),
        CASE(unsaved_tokens_used, "full_at_tokens", 20),
        CASE(refresh_without_lock, "token_answer_lost,response_lost,slow", 60), CASE(each_shipment_rounded, "none", 20),
        CASE(each_line_rounded, "none", 5), CASE(commits_not_synced, "all", 2),
        CASE(failed_commits_reported_done, "disk_write_failed,disk_sync_failed,disk_full", 40),
        CASE(audit_chain_broken, "none", 1), CASE(lease_released_early, "all", 20), CASE(dates_of_utc, "none", 20),
        CASE(dates_not_stated, "none", 20), CASE(processed_without_date, "none", 20),
        CASE(outcomes_not_audited, "none", 20), CASE(accounts_not_stated, "none", 20),
        CASE(tax_on_shipping_item, "none", 20), CASE(ordered_when_shipped, "none", 40),
        CASE(acknowledged_unasked, "none", 10), CASE(never_acknowledged, "none", 10),
        CASE(commissions_on_receivable, "none", 10), CASE(journal_entries_not_sought, "all", 80),
        CASE(released_by_persons_alone, "all", 60), CASE(every_failure_held, "all", 20),
        CASE(one_cause_for_all, "all", 40), CASE(warehouse_of_fallback, "none", 20),
        CASE(moved_too_far, "period_closed", 40), CASE(closed_periods_ignored, "period_closed", 40),
        CASE(notices_dropped, "all", 20), CASE(no_reserve_for_orders, "day_spent", 40),
        CASE(lock_trusted_after_sleep, "all", 60, 14, 400), CASE(restored_store_trusted, "store_restored", 40),
        CASE(restored_parts_trusted, "store_restored", 160, 3, 150),
        CASE(outdated_plans_sent, "account_mistyped,budget_spent,outage", 60)),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Unmutated, AllInvariantsHold) {
  RunOptions options;
  options.seed = 1;
  options.seeds = 20;
  options.days = 2;
  options.orders = 60;
  const RunReport report = run_seeds(options).value();
  EXPECT_FALSE(report.failure) << report.failure->violation.invariant << ": " << report.failure->violation.message;
}

TEST(Failures, AreThinnedOutToldAndReplayed) {
  domain::active_mutation = Mutation::doubt_forgotten;
  RunOptions options;
  options.seeds = 20;
  options.days = 2;
  options.orders = 60;
  // One that the mutation needs, among those that only make a run another.
  options.faults =
      "slow,connect_refused,bad_request,forbidden,webhook_doubled,webhook_late,response_lost,disk_full,clock_skew";
  const RunReport report = run_seeds(options).value();
  ASSERT_TRUE(report.failure);
  const Failure& failure = *report.failure;
  EXPECT_LT(failure.faults.size(), options.faults.size() / 4) << failure.faults;
  EXPECT_NE(failure.faults.find("response_lost"), std::string::npos) << failure.faults;
  EXPECT_FALSE(failure.story.empty());
  EXPECT_NE(failure.replay.find("--seed " + std::to_string(failure.seed)), std::string::npos);

  options.seed = failure.seed;
  options.seeds = 1;
  options.days = failure.days;
  options.orders = failure.orders;
  options.faults = failure.faults;
  options.shrink = false;
  const RunReport again = run_seeds(options).value();
  domain::active_mutation = Mutation::none;
  ASSERT_TRUE(again.failure);
  EXPECT_EQ(again.failure->violation.message, failure.violation.message);
}

}  // namespace
}  // namespace connector::simulation
