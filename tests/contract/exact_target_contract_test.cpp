// What a simulated division answers to a document decides what its posting keeps of it.

#include "engine/exact_budget.h"
#include "exact_store_fixture.h"
#include "flows/exact_target.h"
#include "flows/placed_order.h"

namespace connector::contract {
namespace exact_target_contract_test {

using domain::Cause;
using domain::Decimal;
using domain::PostingKind;
using engine::LookUpOutcome;
using engine::SendOutcome;
using store::PostingRow;

class ExactTargetContract : public ExactStoreContract {
 protected:
  static PostingRow posting(PostingKind kind, const std::string& key, std::string body) {
    PostingRow row;
    row.connection = 1;
    row.kind = kind;
    row.key = key;
    row.source_id = "1";
    row.reference = "WM-1";
    row.document = "{}";
    row.body = std::move(body);
    return row;
  }
  SendOutcome send(const PostingRow& row) { return time.run(target.send(row, time.now() + std::chrono::minutes(1))); }

  engine::ExactBudget budget{time, time};
  flows::ExactTarget target{*client, budget, *store, std::make_shared<domain::ConnectionSettings>()};
};

TEST_F(ExactTargetContract, TheLinesOfASalesOrderAreKnownAllOrAskedFor) {
  service->switches().lines_in_answers = true;
  SalesOrder ordered = order("WM-1");
  const auto line = ordered.lines.front();
  ordered.lines.assign(60, line);
  const SendOutcome whole = send(posting(PostingKind::sales_order, "order/1", sales_order_body(ordered)));
  EXPECT_EQ(whole.kind, SendOutcome::Kind::posted) << whole.error.message;
  EXPECT_EQ(flows::placed_order_lines(whole.target_data).size(), 60U);

  ordered.lines.push_back(line);
  PostingRow row = posting(PostingKind::sales_order, "order/2", sales_order_body(ordered));
  const SendOutcome cut = send(row);
  ASSERT_EQ(cut.kind, SendOutcome::Kind::accepted) << cut.error.message;
  row.target_data = cut.target_data;
  const auto found = time.run(target.look_up({row}, time.now() + std::chrono::minutes(1))).front();
  EXPECT_EQ(found.kind, LookUpOutcome::Kind::found) << found.error.message;
  EXPECT_EQ(flows::placed_order_lines(found.target_data).size(), 61U);
}

TEST_F(ExactTargetContract, VatOnTopIsSaidOfWhatIsPosted) {
  SalesInvoice made = invoice("WM-1");
  made.lines[0].vat_code = "2";
  PostingRow row = posting(PostingKind::sales_invoice, "invoice/1/1", sales_invoice_body(made));
  row.total = *Decimal::parse("30.45");
  const SendOutcome sent = send(row);
  EXPECT_EQ(sent.kind, SendOutcome::Kind::posted);
  EXPECT_EQ(sent.error.cause, Cause::amount_difference);
  EXPECT_NE(sent.error.message.find("36.84 instead of 30.45"), std::string::npos) << sent.error.message;
  made.lines[0].vat_code = "4";
  row.body = sales_invoice_body(made);
  EXPECT_EQ(send(row).error.message, "") << "the price includes it";
}

}  // namespace exact_target_contract_test
}  // namespace connector::contract
