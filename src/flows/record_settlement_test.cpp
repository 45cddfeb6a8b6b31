#include "flows/record_settlement.h"

#include <gmock/gmock.h>

#include "flows/document_json.h"
#include "flows/posting_decisions.h"
#include "flows/record_order.h"
#include "flows/settled_orders.h"
#include "store/store_testing.h"

namespace connector::flows {
namespace record_settlement_test {

using domain::Cause;
using domain::Decimal;
using domain::MappingRow;
using domain::Settlement;
using store::PostingState;
using store::Transaction;
using store::testing::value_of;
using ::testing::HasSubstr;
using Verdict = SettledComparison::Verdict;

const domain::UtcTime now = domain::from_epoch_milliseconds(1'795'000'000'000);
const domain::Date payout = *domain::parse_date("2026-07-28");
const std::string key = "settlement/payout-2026-07-28";

Decimal d(std::string_view text) { return *Decimal::parse(text); }

const std::vector<MappingRow> rows = {{"@settlement/payout", "", "1290", "", "", "", ""},
                                      {"@settlement/receivable", "", "1300", "", "", "", ""},
                                      {"@settlement/fee", "", "4500", "", "", "", ""}};

domain::SettlementAmount amount(const char* type, const char* amount_type, std::string_view value, const char* order) {
  return {{type, "", amount_type}, order, d(value)};
}

Settlement sample() {
  Settlement settlement;
  settlement.payout_date = payout;
  settlement.currency = "USD";
  settlement.total_payable = d("85");
  settlement.amounts = {amount("Sale", "Product Price", "100", "1"),
                        amount("Sale", "Commission on Product", "-15", "1")};
  return settlement;
}

class RecordSettlementTest : public store::testing::StoreTest {
 protected:
  void map(const std::vector<MappingRow>& mapped) {
    value_of(write([mapped](Transaction& transaction) -> store::Result<void> {
      return transaction.replace_mapping(1, domain::Mapping(mapped, {}, {}, {}));
    }));
  }
  void settings(const std::string& text) {
    value_of(write([text](Transaction& transaction) -> store::Result<void> {
      auto row = value_of(transaction.connection(1));
      row->settings = text;
      if (auto updated = transaction.update_connection(*row); !updated) return updated;
      auto raised = transaction.raise_mapping_version(1);
      if (!raised) return domain::fail(raised.error());
      return {};
    }));
  }
  AppliedPlan take_in(const Settlement& settlement = sample()) {
    return value_of(write([settlement](Transaction& transaction) -> store::Result<AppliedPlan> {
      auto context = read_planning_context(transaction, 1);
      return record_settlement(transaction, *context, {domain::summed(settlement), {}}, now);
    }));
  }
  void take_in_unreadable(const std::string& message) {
    value_of(write([message](Transaction& transaction) -> store::Result<void> {
      auto context = read_planning_context(transaction, 1);
      return record_unreadable_settlement(transaction, *context, payout, {Cause::malformed_response, message}, now);
    }));
  }
  /// As the order flow does after a mend.
  std::size_t release_held() {
    return value_of(write([](Transaction& transaction) -> store::Result<std::size_t> {
      auto context = read_planning_context(transaction, 1);
      auto sources = transaction.held_sources(1, context->mapping_version, 100);
      for (const auto& source : *sources) {
        if (auto replanned = replan_order(transaction, *context, source, now); !replanned)
          return domain::fail(replanned.error());
      }
      return sources->size();
    }));
  }
  store::PostingRow posting() {
    auto found = value_of(read([](store::Reader& reader) { return reader.posting(1, key); }));
    return found ? *found : store::PostingRow{};
  }
  static store::AuditRecord deed(const char* action) {
    store::AuditRecord record;
    record.at = now;
    record.actor = "cli:anna";
    record.action = action;
    return record;
  }
  void skip() {
    value_of(write([row = posting()](Transaction& transaction) {
      return skip_posting(transaction, row, "booked by hand", deed("posting.skipped"));
    }));
  }
  void retry() {
    value_of(write([row = posting()](Transaction& transaction) {
      return retry_posting(transaction, row, deed("posting.retry_requested"));
    }));
  }
  std::size_t to_keep() {
    return value_of(read([](store::Reader& reader) { return settlements_to_keep(reader, 1); })).size();
  }
  std::size_t records() {
    store::AuditFilter filter;
    filter.posting_key = key;
    return value_of(read([filter](store::Reader& reader) { return reader.audit(filter); })).size();
  }
};

TEST_F(RecordSettlementTest, IsPlannedOnce) {
  map(rows);
  EXPECT_EQ(take_in().planned, 1U);
  const auto row = posting();
  EXPECT_EQ(row.state, PostingState::planned);
  EXPECT_EQ(row.kind, domain::PostingKind::journal_entry);
  EXPECT_EQ(row.source_id, "payout-2026-07-28");
  EXPECT_EQ(row.reference, "WM-payout-2026-07-28");
  EXPECT_EQ(row.total, d("85"));
  EXPECT_EQ(row.document_date, "2026-07-28");
  EXPECT_EQ(row.currency, "USD");
  const auto before = records();
  EXPECT_EQ(take_in().planned, 0U);
  EXPECT_EQ(records(), before);
}

TEST_F(RecordSettlementTest, IsReleasedWhenItsMappingIsMended) {
  map({rows[0], rows[1]});
  EXPECT_EQ(take_in().held, 1U);
  EXPECT_EQ(posting().cause, Cause::mapping_error);
  EXPECT_THAT(posting().cause_detail, HasSubstr("@settlement/commission (15.00)"));
  EXPECT_FALSE(posting().document.empty());
  const auto before = records();
  EXPECT_EQ(take_in().held, 0U) << "held for the same reason it needs no word";
  EXPECT_EQ(records(), before);
  settings(R"({"sales_journal":"70"})");
  EXPECT_EQ(release_held(), 1U);
  EXPECT_EQ(release_held(), 0U);
  EXPECT_EQ(posting().state, PostingState::held);
  map(rows);
  EXPECT_EQ(release_held(), 1U);
  EXPECT_EQ(posting().state, PostingState::planned);
  EXPECT_FALSE(posting().cause);
}

TEST_F(RecordSettlementTest, FollowsItsSettingUntilItIsSent) {
  map(rows);
  take_in();
  settings(R"({"settlements":"report"})");
  EXPECT_EQ(take_in().withdrawn, 1U);
  EXPECT_EQ(posting().state, PostingState::withdrawn);
  EXPECT_EQ(take_in().withdrawn, 0U);
  settings("{}");
  EXPECT_EQ(take_in().planned, 1U);
  EXPECT_EQ(posting().state, PostingState::planned);
  auto sent = posting();
  sent.state = PostingState::sending;
  sent.in_doubt = true;
  sent.attempt = 1;
  sent.last_sent_at = now;
  value_of(write([sent](Transaction& transaction) { return transaction.update_posting(sent); }));
  settings(R"({"settlements":"report"})");
  EXPECT_EQ(take_in().withdrawn, 0U);
  EXPECT_EQ(posting().state, PostingState::sending);
}

TEST_F(RecordSettlementTest, AFileThatCannotBeReadIsShownUntilItCanBe) {
  map(rows);
  take_in_unreadable("damaged");
  EXPECT_EQ(posting().state, PostingState::held);
  EXPECT_EQ(posting().cause, Cause::malformed_response);
  EXPECT_EQ(posting().kind, domain::PostingKind::journal_entry);
  const auto before = records();
  take_in_unreadable("damaged");
  EXPECT_EQ(records(), before);
  settings("{}");
  EXPECT_EQ(release_held(), 1U);
  EXPECT_EQ(posting().state, PostingState::held);
  EXPECT_EQ(release_held(), 0U);
  EXPECT_EQ(take_in().planned, 1U);
  EXPECT_EQ(posting().state, PostingState::planned);
}

TEST_F(RecordSettlementTest, WhatExactRefusedIsReleasedByAMendingAlone) {
  map(rows);
  take_in();
  auto refused = posting();
  refused.state = PostingState::held;
  refused.cause = Cause::business_refusal;
  refused.cause_detail = "Exact answered 500: Blocked";
  refused.attempt = 1;
  value_of(write([refused](Transaction& transaction) { return transaction.update_posting(refused); }));
  EXPECT_EQ(take_in().planned, 0U) << "no run sends it again";
  EXPECT_EQ(posting().state, PostingState::held);
  retry();
  EXPECT_EQ(posting().state, PostingState::planned) << "a person may try it again";
  value_of(write([refused](Transaction& transaction) { return transaction.update_posting(refused); }));
  settings("{}");
  EXPECT_EQ(release_held(), 1U);
  EXPECT_EQ(posting().state, PostingState::planned);
}

TEST_F(RecordSettlementTest, WhatWasSkippedAndIsTriedAgainIsPlannedAnew) {
  map(rows);
  Settlement wrong = sample();
  wrong.total_payable += d("0.01");
  take_in(wrong);
  EXPECT_EQ(posting().cause, Cause::unexpected_source_data);
  skip();
  retry();
  EXPECT_EQ(posting().state, PostingState::held) << "it would not balance";
  EXPECT_THAT(posting().cause_detail, HasSubstr("add up to"));
  take_in();
  EXPECT_EQ(posting().state, PostingState::planned);
  skip();
  retry();
  EXPECT_EQ(posting().state, PostingState::planned);
}

TEST_F(RecordSettlementTest, WhatCouldNotBeReadIsNotSentBecauseAPersonTriesItAgain) {
  map(rows);
  take_in_unreadable("damaged");
  skip();
  retry();
  EXPECT_EQ(posting().state, PostingState::held);
  EXPECT_EQ(posting().cause, Cause::unexpected_source_data);
  take_in();
  EXPECT_EQ(posting().state, PostingState::planned);
}

TEST_F(RecordSettlementTest, AContradictionStandsThoughTheFileCannotBeReadLater) {
  map(rows);
  Settlement wrong = sample();
  wrong.total_payable += d("0.01");
  take_in(wrong);
  const std::string said = posting().cause_detail;
  take_in_unreadable("damaged");
  EXPECT_EQ(posting().cause_detail, said);
  EXPECT_EQ(to_keep(), 0U) << "it is read again";
  take_in();
  EXPECT_EQ(to_keep(), 1U);
}

TEST_F(RecordSettlementTest, WhatAPersonSkippedStaysSkipped) {
  map(rows);
  take_in_unreadable("damaged");
  skip();
  take_in_unreadable("damaged still");
  EXPECT_EQ(posting().state, PostingState::skipped);
  EXPECT_EQ(take_in().planned, 0U);
  EXPECT_EQ(posting().state, PostingState::skipped);
}

class SettledOrdersTest : public RecordSettlementTest {
 protected:
  void remember(const char* date, std::vector<domain::SettlementAmount> amounts) {
    Settlement settlement;
    settlement.amounts = std::move(amounts);
    const auto orders = domain::settled_orders(settlement);
    value_of(write([=](Transaction& transaction) {
      return remember_settled_orders(transaction, 1, *domain::parse_date(date), {orders.begin(), orders.end()});
    }));
  }
  void book(const char* booked_key, domain::PostingKind kind, std::string_view total,
            PostingState state = PostingState::posted) {
    store::PostingRow row;
    row.connection = 1;
    row.key = booked_key;
    row.source_id = "1";
    row.kind = kind;
    row.state = state;
    row.total = d(total);
    row.created_at = row.updated_at = now;
    value_of(write([row](Transaction& transaction) { return transaction.insert_posting(row); }));
  }
  void become(const std::string& known_key, PostingState state) {
    value_of(write([=](Transaction& transaction) {
      auto row = value_of(transaction.posting(1, known_key));
      row->state = state;
      return transaction.update_posting(*row);
    }));
  }
  void know_order(const std::string& state = "open") {
    store::OrderRow row;
    row.state = state;
    row.connection = 1;
    row.purchase_order_id = "1";
    row.facts = "{}";
    row.order_time = row.seen_at = now;
    value_of(write([row](Transaction& transaction) { return transaction.put_order(row); }));
  }
  SettledComparison compared() {
    return value_of(read([](store::Reader& reader) {
             auto context = read_planning_context(reader, 1);
             return compare_settled_orders(reader, *context, {"1"});
           }))
        .front();
  }
};

TEST_F(SettledOrdersTest, AreComparedOverAllSettlements) {
  map(rows);
  remember("2026-07-14",
           {amount("Sale", "Product Price", "60", "1"), amount("Sale", "Commission on Product", "-9", "1")});
  EXPECT_EQ(compared().verdict, Verdict::unknown_order);
  know_order("before_go_live");
  EXPECT_EQ(compared().verdict, Verdict::unknown_order) << "its documents are not the connector's";
  know_order();
  EXPECT_EQ(compared().verdict, Verdict::settled_more);
  book("invoice/1/1", domain::PostingKind::sales_invoice, "60");
  EXPECT_EQ(compared().verdict, Verdict::agrees);
  know_order("before_go_live");
  EXPECT_EQ(compared().verdict, Verdict::agrees) << "go_live was moved past what is booked here";
  know_order();
  book("invoice/1/2", domain::PostingKind::sales_invoice, "40", PostingState::held);
  EXPECT_EQ(compared().verdict, Verdict::agrees);
  remember("2026-07-28", {amount("Sale", "Product Price", "40", "1")});
  EXPECT_EQ(compared().verdict, Verdict::not_booked_yet) << "what is held is not in Exact";
  EXPECT_EQ(compared().invoiced, d("60"));
  become("invoice/1/2", PostingState::skipped);
  EXPECT_EQ(compared().verdict, Verdict::agrees) << "a person booked it by hand";
  book("invoice/1/4", domain::PostingKind::sales_invoice, "9");
  EXPECT_EQ(compared().verdict, Verdict::settled_less);
  become("invoice/1/4", PostingState::withdrawn);
  remember("2026-07-28", {amount("Sale", "Product Price", "40", "1"), amount("Refund", "Product Price", "-10", "1")});
  EXPECT_EQ(compared().verdict, Verdict::settled_more);
  book("credit/1/1", domain::PostingKind::credit_memo, "10");
  EXPECT_EQ(compared().verdict, Verdict::agrees);
  // Once more tells nothing new.
  remember("2026-07-28", {amount("Sale", "Product Price", "40", "1"), amount("Refund", "Product Price", "-10", "1")});
  EXPECT_EQ(compared().settled.sales, d("100"));
  book("credit/1/2", domain::PostingKind::credit_memo, "5");
  book("credit-reversal/1/1", domain::PostingKind::sales_invoice, "5");
  book("invoice/1/3", domain::PostingKind::sales_invoice, "7", PostingState::withdrawn);
  EXPECT_EQ(compared().verdict, Verdict::agrees);
  EXPECT_EQ(compared().invoiced, d("100"));
}

}  // namespace record_settlement_test
}  // namespace connector::flows
