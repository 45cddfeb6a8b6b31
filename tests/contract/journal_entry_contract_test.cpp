// A settlement's journal entry in a simulated division: made, found again, and refused for what cannot be booked.

#include <algorithm>

#include "engine/exact_budget.h"
#include "exact_store_fixture.h"
#include "flows/document_json.h"
#include "flows/exact_target.h"
#include "flows/reference_refresh.h"
#include "flows/settings_json.h"

namespace connector::contract {
namespace journal_entry_contract_test {

using domain::Cause;
using domain::Decimal;
using engine::LookUpOutcome;
using engine::SendOutcome;
using store::PostingRow;

class JournalEntryContract : public ExactStoreContract {
 protected:
  void SetUp() override {
    ExactStoreContract::SetUp();
    const auto read = time.run(references.run(domain::Milliseconds{0}));
    ASSERT_TRUE(read) << read.error().message;
  }

  static domain::DocumentLine line(const std::string& account, const std::string& amount) {
    domain::DocumentLine made;
    made.sku = "@settlement/" + account;
    made.description = account;
    made.gl_account = account;
    made.amount = *Decimal::parse(amount);
    return made;
  }
  static domain::Document entry() {
    domain::Document document;
    document.kind = domain::PostingKind::journal_entry;
    document.key = "settlement/payout-2026-11-24";
    document.reference = "WM-payout-2026-11-24";
    document.currency = "EUR";
    document.date = *domain::parse_date("2026-11-24");
    document.description = "Walmart settlement";
    document.total = *Decimal::parse("85");
    document.lines = {line("1290", "85"), line("4500", "15"), line("1300", "-100")};
    return document;
  }
  domain::Result<PostingRow> frozen(const domain::Document& document) {
    PostingRow row;
    row.connection = 1;
    row.kind = document.kind;
    row.key = document.key;
    row.source_id = "payout-2026-11-24";
    row.reference = document.reference;
    row.document = json::write(flows::to_json(document));
    row.total = document.total;
    row.priority = store::posting_priority::settlements;
    auto body = time.run(store->read([freeze = target.freezer(), row](store::Reader& reader) mutable {
      PostingRow changed = row;
      return freeze(reader, changed);
    }));
    if (!body) return domain::fail(body.error());
    row.body = *body;
    return row;
  }
  PostingRow frozen_entry() {
    auto row = frozen(entry());
    EXPECT_TRUE(row) << row.error().message;
    return row.value_or(PostingRow{});
  }
  domain::Error refusal(const domain::Document& document) {
    const auto row = frozen(document);
    EXPECT_FALSE(row);
    return row ? domain::Error{} : row.error();
  }
  SendOutcome send(const PostingRow& row) { return time.run(target.send(row, time.now() + std::chrono::minutes(1))); }
  LookUpOutcome look_up(const PostingRow& row) {
    return time.run(target.look_up({row}, time.now() + std::chrono::minutes(1))).front();
  }
  std::vector<json::Value> lines_in_exact() {
    exact::ODataQuery query("generaljournalentry/GeneralJournalEntryLines");
    query.select({"ID", "EntryID", "GLAccountCode", "AccountName", "AmountFC", "Description", "Date", "CostCenter"});
    return rows(query);
  }

  std::shared_ptr<domain::ConnectionSettings> settings = std::make_shared<domain::ConnectionSettings>();
  engine::ExactBudget budget{time, time};
  flows::ExactTarget target{*client, budget, *store, settings};
  flows::ReferenceRefresh references{*client, *store, time, 1, settings};
};

TEST_F(JournalEntryContract, IsMadeAndFoundAgain) {
  const PostingRow row = frozen_entry();
  EXPECT_EQ(look_up(row).kind, LookUpOutcome::Kind::absent);
  const SendOutcome sent = send(row);
  ASSERT_EQ(sent.kind, SendOutcome::Kind::posted) << sent.error.message;
  EXPECT_FALSE(sent.target_id.empty());
  EXPECT_FALSE(sent.target_number.empty());
  const auto lines = lines_in_exact();
  ASSERT_EQ(lines.size(), 3U);
  const auto receivable = std::find_if(
      lines.begin(), lines.end(), [](const json::Value& line) { return line["GLAccountCode"].text_or("") == "1300"; });
  ASSERT_NE(receivable, lines.end());
  // What invoices and credit memos left open stands on the customer's account.
  EXPECT_EQ((*receivable)["AccountName"].text_or(""), "Walmart.com");
  EXPECT_EQ((*receivable)["AmountFC"].decimal(), *Decimal::parse("-100"));
  const LookUpOutcome found = look_up(row);
  EXPECT_EQ(found.kind, LookUpOutcome::Kind::found);
  EXPECT_EQ(found.target_id, sent.target_id);
  EXPECT_EQ(found.target_number, sent.target_number);
}

TEST_F(JournalEntryContract, AnotherEntryOfTheSameNameIsHeld) {
  const PostingRow row = frozen_entry();
  ASSERT_EQ(send(row).kind, SendOutcome::Kind::posted);
  domain::Document other = entry();
  other.lines = {line("1290", "84"), line("4500", "16"), line("1300", "-100")};
  const LookUpOutcome different = look_up(*frozen(other));
  EXPECT_EQ(different.kind, LookUpOutcome::Kind::differs);
  EXPECT_NE(different.error.message.find("other lines"), std::string::npos);
  ASSERT_EQ(send(row).kind, SendOutcome::Kind::posted);
  EXPECT_NE(look_up(row).error.message.find("2 journal entries"), std::string::npos);
}

TEST_F(JournalEntryContract, WhatCannotBeBookedIsHeldWithItsCause) {
  domain::Document document = entry();
  document.lines[1].gl_account = "4711";
  EXPECT_EQ(refusal(document).cause, Cause::missing_gl_account);
  document = entry();
  document.lines[1].cost_center = "NOWHERE";
  EXPECT_EQ(refusal(document).cause, Cause::missing_cost_center);

  settings->settlement_journal = "70";
  EXPECT_EQ(refusal(entry()).cause, Cause::missing_journal);
  settings->settlement_journal = "90";
  EXPECT_TRUE(frozen(entry()));
}

}  // namespace journal_entry_contract_test
}  // namespace connector::contract
