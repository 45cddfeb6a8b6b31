#include <gtest/gtest.h>

#include "exact/answers.h"
#include "exact/edition.h"
#include "exact_documents/goods_deliveries.h"
#include "exact_documents/invoice_sales_orders.h"
#include "exact_documents/printed_sales_invoices.h"
#include "exact_documents/sales_orders.h"
#include "exact_fixture.h"

namespace connector::contract {
namespace exact_contract_test {

using domain::Cause;
using domain::Decimal;
using exact::ODataFilter;
using exact::ODataQuery;
using std::chrono::seconds;

TEST_F(ExactContract, TheEditionShowsInWhatMayBeRead) {
  const auto found = [this](sandbox::exact::Edition edition) {
    service->switches().edition = edition;
    return value_of(time.run(exact::probe_edition(*client, exact_priority)));
  };
  EXPECT_EQ(found(sandbox::exact::Edition::trade), (exact::Edition{true, true, true}));
  EXPECT_EQ(found(sandbox::exact::Edition::sales_orders), (exact::Edition{true, true, false}));
  EXPECT_EQ(found(sandbox::exact::Edition::invoicing), (exact::Edition{false, false, false}));
  service->switches().forbidden_scopes = {"salesorder"};
  EXPECT_EQ(found(sandbox::exact::Edition::trade), (exact::Edition{std::nullopt, true, true, true}))
      << "what the app may not see says nothing of the edition";
  service->switches().forbidden_scopes.clear();
  exact::Client stranger{*session, transport, gate, random, time, options, 1};
  const auto closed = time.run(exact::probe_edition(stranger, exact_priority));
  ASSERT_FALSE(closed) << "nor does another's division";
  EXPECT_EQ(closed.error().error.cause, Cause::permission_denied);
  EXPECT_NE(closed.error().error.message.find("no access to this division"), std::string::npos);
  service->switches().maintenance = true;
  EXPECT_FALSE(time.run(exact::probe_edition(*client, exact_priority))) << "an outage tells nothing of the edition";
}

TEST_F(ExactContract, TellsWhoIsSignedInAndWhere) {
  EXPECT_EQ(value_of(time.run(client->me())).current_division, exact_division);
  const auto divisions = value_of(time.run(client->divisions(exact_division)));
  ASSERT_FALSE(divisions.empty());
  EXPECT_EQ(divisions[0].code, exact_division);
  exact::Client stranger{*session, transport, gate, random, time, options, 1};
  ODataQuery journals("financial/Journals");
  journals.select({"Code"});
  const auto denied = time.run(stranger.get(journals, exact_priority));
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().error.cause, Cause::permission_denied);
}

TEST_F(ExactContract, TokensRotateWithoutARefusal) {
  for (int i = 0; i < 20; ++i) {
    time.pass(seconds{i % 2 == 0 ? 575 : 800});
    value_of(time.run(client->me()));
  }
  EXPECT_EQ(service->oauth().counters().pairs_issued, 21);
  EXPECT_EQ(service->oauth().counters().old_refresh_tokens, 0);
  EXPECT_EQ(service->oauth().counters().too_early, 0);
  EXPECT_EQ(service->oauth().counters().refused, 0);
}

TEST_F(ExactContract, ALostRefreshAnswerHeals) {
  time.pass(seconds{580});
  transport.lose_next_answer = true;
  value_of(time.run(session->token()));
  EXPECT_EQ(service->oauth().counters().old_refresh_tokens, 0);
  time.pass(seconds{575});
  value_of(time.run(client->me()));
  EXPECT_EQ(service->oauth().counters().old_refresh_tokens, 0);
  EXPECT_LE(service->oauth().counters().too_early, 1);
}

TEST_F(ExactContract, ALostRefreshAnswerHealsWhereUnusedPairsDoNotCount) {
  service->switches().too_early_counts_unused_pair = false;
  time.pass(seconds{580});
  transport.lose_next_answer = true;
  value_of(time.run(session->token()));
  value_of(time.run(client->me()));
  EXPECT_EQ(service->oauth().counters().refused, 0);
}

TEST_F(ExactContract, WhereOldTokensDieAtOnceALostAnswerNeedsAPerson) {
  service->switches().old_refresh_token_dies_at_once = true;
  service->switches().too_early_counts_unused_pair = false;
  time.pass(seconds{601});
  transport.lose_next_answer = true;
  const auto failed = time.run(session->token());
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().error.cause, Cause::authentication_failed);
  const int requests = transport.requests;
  EXPECT_FALSE(time.run(session->token()));
  EXPECT_EQ(transport.requests, requests) << "a dead token is not sent again";
  ASSERT_TRUE(time.run(session->exchange_code(consent())));
  value_of(time.run(client->me()));
}

TEST_F(ExactContract, EveryPageOfAListIsRead) {
  for (int i = 0; i < 130; ++i) {
    person(R"({"action":"add_item","code":"EXTRA-)" + std::to_string(i) + R"(","description":"x"})");
  }
  ODataQuery query("logistics/Items");
  query.select({"ID", "Code"}).filter(ODataFilter::starts_with("Code", "EXTRA-"));
  EXPECT_EQ(rows(query).size(), 130U);
  ODataQuery synced("sync/Logistics/Items");
  synced.select({"ID", "Code", "Timestamp"}).filter(ODataFilter::greater_than_timestamp("Timestamp", 1));
  EXPECT_GE(rows(synced).size(), 180U);
}

TEST_F(ExactContract, ReferencesWithQuotesAreFound) {
  const auto created = value_of(post(exact::resources::sales_invoices, sales_invoice_body(invoice("WM-O'Brien & 1"))));
  const auto record = read_sales_invoice(created);
  ASSERT_TRUE(record) << record.error().message;
  const auto found = rows(sales_invoices_by_reference("WM-O'Brien & 1"));
  ASSERT_EQ(found.size(), 1U);
  const auto read = read_sales_invoice(found[0]);
  EXPECT_EQ(read->id, record->id);
  EXPECT_EQ(read->amount_excluding_vat->to_string(), "30.45");
  EXPECT_EQ(read->status, static_cast<std::int64_t>(exact::SalesInvoiceStatus::open));
  EXPECT_TRUE(rows(sales_invoices_by_reference("WM-O'Brien")).empty());
}

TEST_F(ExactContract, AnInvoiceIsProcessedWithItsDate) {
  const auto created = value_of(post(exact::resources::sales_invoices, sales_invoice_body(invoice("WM-2"))));
  SalesInvoicePrinting printing;
  printing.invoice_id = created["InvoiceID"].text_or("");
  printing.invoice_date = std::chrono::year{2026} / 11 / 20;
  value_of(post(exact::resources::printed_sales_invoices, printed_sales_invoice_body(printing)));
  const auto read = read_sales_invoice(rows(sales_invoices_by_reference("WM-2")).at(0));
  EXPECT_EQ(read->status, static_cast<std::int64_t>(exact::SalesInvoiceStatus::processed));
  EXPECT_EQ(domain::to_iso8601(*read->invoice_date), "2026-11-20");
  EXPECT_FALSE(read->number.empty());
  const auto again = post(exact::resources::printed_sales_invoices, printed_sales_invoice_body(printing));
  ASSERT_FALSE(again);
  EXPECT_TRUE(again.error().may_have_had_effect) << "already processed: the look-up tells by whom";
}

TEST_F(ExactContract, ACreditNoteIsFoundByItsReferenceAndNamesWhatItCorrects) {
  SalesInvoice credit = invoice("WM-2-C1");
  credit.type = exact::SalesInvoiceType::credit_note;
  credit.lines[0].quantity = Decimal::from_integer(1);
  auto body = *json::parse(sales_invoice_body(credit));
  body.set("Remarks", "Corrects invoice WM-2");
  const auto created = value_of(post(exact::resources::sales_invoices, json::write(body)));
  const auto found = rows(sales_invoices_by_reference("WM-2-C1"));
  ASSERT_EQ(found.size(), 1U);
  const auto read = read_sales_invoice(found[0]);
  EXPECT_EQ(read->id, created["InvoiceID"].text_or(""));
  EXPECT_EQ(read->type, 8021);
  EXPECT_EQ(read->amount_excluding_vat->abs().to_string(), "10.15");
  SalesInvoicePrinting printing;
  printing.invoice_id = read->id;
  printing.invoice_date = std::chrono::year{2026} / 11 / 20;
  value_of(post(exact::resources::printed_sales_invoices, printed_sales_invoice_body(printing)));
  EXPECT_EQ(read_sales_invoice(rows(sales_invoices_by_reference("WM-2-C1")).at(0))->status,
            static_cast<std::int64_t>(exact::SalesInvoiceStatus::processed));
}

TEST_F(ExactContract, CreditNotesAreRefusedAsInvoicesAre) {
  SalesInvoice credit = invoice("WM-2-C2");
  credit.type = exact::SalesInvoiceType::credit_note;
  credit.warehouse = id_of("inventory/Warehouses", "1");
  EXPECT_EQ(refusal(exact::resources::sales_invoices, sales_invoice_body(credit)), Cause::missing_warehouse)
      << "only direct ones move stock";
  credit.warehouse.clear();
  credit.type = exact::SalesInvoiceType::direct_credit_note;
  EXPECT_EQ(refusal(exact::resources::sales_invoices, sales_invoice_body(credit)), Cause::missing_warehouse);
  credit.type = exact::SalesInvoiceType::credit_note;
  credit.journal = "90";
  EXPECT_EQ(refusal(exact::resources::sales_invoices, sales_invoice_body(credit)), Cause::missing_journal);
  EXPECT_TRUE(rows(sales_invoices_by_reference("WM-2-C2")).empty());
}

TEST_F(ExactContract, AnOrderIsDeliveredAndInvoicedInTheBackground) {
  const auto created = value_of(post(exact::resources::sales_orders, sales_order_body(order("WM-3"))));
  const auto record = read_sales_order(created);
  ASSERT_TRUE(record);
  const auto lines = rows(sales_order_lines_of(record->id));
  ASSERT_EQ(lines.size(), 1U);
  const auto placed = read_sales_order_line(lines[0]);
  ASSERT_TRUE(placed);
  EXPECT_EQ(placed->net_price->to_string(), "2.5");
  ASSERT_TRUE(
      time.run(client->update(exact::resources::sales_order_lines, placed->id,
                              sales_order_line_quantity_body(Decimal::from_integer(4)), exact_priority, std::nullopt)));
  GoodsDelivery delivery;
  delivery.delivery_date = std::chrono::year{2026} / 11 / 23;
  delivery.description = "WM-3";
  delivery.lines = {{placed->id, Decimal::from_integer(4), "1Z"}};
  value_of(post(exact::resources::goods_deliveries, goods_delivery_body(delivery)));
  const auto deliveries = rows(goods_deliveries_by_description("WM-3"));
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_FALSE(read_goods_delivery(deliveries[0])->number.empty());

  SalesOrderInvoicing invoicing;
  invoicing.order_ids = {record->id};
  invoicing.journal = "70";
  const auto accepted = value_of(post(exact::resources::invoice_sales_orders, invoice_sales_orders_body(invoicing)));
  const auto process = read_invoicing_process(accepted);
  ASSERT_TRUE(process) << process.error().message;
  time.pass(seconds{10});
  const auto results = rows(invoicing_result(*process));
  ASSERT_EQ(results.size(), 1U);
  const auto result = read_invoicing_result(results[0]);
  EXPECT_TRUE(result.is_finished()) << result.status;
  EXPECT_EQ(result.created, 1) << result.errors;
  const auto invoices = rows(sales_invoices_by_reference("WM-3"));
  ASSERT_EQ(invoices.size(), 1U);
  EXPECT_EQ(read_sales_invoice(invoices[0])->amount_excluding_vat->to_string(), "10");
}

TEST_F(ExactContract, RefusalsHaveTheirCauseInBothLanguages) {
  const std::string nobody = "00000000-0000-4000-8000-000000000000";
  for (const auto language : {sandbox::exact::Language::english, sandbox::exact::Language::dutch}) {
    service->switches().language = language;
    service->switches().errors_per_hour = 0;
    auto bad = invoice("WM-9");
    bad.lines[0].item = nobody;
    EXPECT_EQ(refusal(exact::resources::sales_invoices, sales_invoice_body(bad)), Cause::missing_item);
    bad = invoice("WM-9");
    bad.ordered_by = nobody;
    EXPECT_EQ(refusal(exact::resources::sales_invoices, sales_invoice_body(bad)), Cause::missing_customer);
    bad = invoice("WM-9");
    bad.journal = "90";
    EXPECT_EQ(refusal(exact::resources::sales_invoices, sales_invoice_body(bad)), Cause::missing_journal);
    bad = invoice("WM-9");
    bad.lines[0].vat_code = "nope";
    EXPECT_EQ(refusal(exact::resources::sales_invoices, sales_invoice_body(bad)), Cause::missing_vat_code);
    bad = invoice("WM-9");
    bad.lines[0].cost_center = "nope";
    EXPECT_EQ(refusal(exact::resources::sales_invoices, sales_invoice_body(bad)), Cause::missing_cost_center);
    bad = invoice("WM-9");
    bad.lines[0].gl_account = id_of("financial/GLAccounts", "8999");
    EXPECT_EQ(refusal(exact::resources::sales_invoices, sales_invoice_body(bad)), Cause::missing_gl_account);
    bad = invoice("WM-9");
    bad.type = exact::SalesInvoiceType::direct_invoice;
    EXPECT_EQ(refusal(exact::resources::sales_invoices, sales_invoice_body(bad)), Cause::missing_warehouse);
  }
  EXPECT_TRUE(rows(sales_invoices_by_reference("WM-9")).empty());
}

TEST_F(ExactContract, AClosedPeriodIsRecognised) {
  const auto created = value_of(post(exact::resources::sales_invoices, sales_invoice_body(invoice("WM-4"))));
  person(R"({"action":"close_period","year":2026,"period":10})");
  SalesInvoicePrinting printing;
  printing.invoice_id = created["InvoiceID"].text_or("");
  printing.invoice_date = std::chrono::year{2026} / 10 / 30;
  EXPECT_EQ(refusal(exact::resources::printed_sales_invoices, printed_sales_invoice_body(printing)),
            Cause::closed_period);
}

TEST_F(ExactContract, AnAccountIsMadeAndFoundByItsPaddedCode) {
  const auto created =
      value_of(post(exact::resources::accounts, R"({"Name":"Another Shop","Status":"C","Country":"US"})"));
  ASSERT_FALSE(created["ID"].text_or("").empty());
  const auto by_name = rows(exact::accounts_by_name("Another Shop"));
  ASSERT_EQ(by_name.size(), 1U);
  EXPECT_EQ(exact::read_code(by_name[0]["Status"]), "C");
  const std::string code = exact::read_code(by_name[0]["Code"]);
  ASSERT_FALSE(code.empty());
  EXPECT_EQ(rows(exact::accounts_by_code(code)).size(), 1U);
}

TEST_F(ExactContract, LimitsAreToldApart) {
  service->switches().minute_limit = 60;
  Cause last = Cause::cancelled;
  int made = 0;
  ODataQuery journals("financial/Journals");
  journals.select({"Code"});
  while (made < 100) {
    const auto answer = time.run(client->get(journals, exact_priority));
    if (!answer) {
      last = answer.error().error.cause;
      break;
    }
    ++made;
  }
  EXPECT_EQ(last, Cause::rate_limited);
  EXPECT_EQ(made, 60);
  time.pass(seconds{60});
  EXPECT_TRUE(time.run(client->get(journals, exact_priority)));
  service->switches().maintenance = true;
  const auto closed = time.run(client->get(journals, exact_priority));
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().error.cause, Cause::api_outage);
}

TEST_F(ExactContract, AMissingScopeIsToldWithItsReason) {
  service->switches().forbidden_scopes = {"salesinvoice"};
  const auto denied = time.run(client->get(sales_invoices_by_reference("x"), exact_priority));
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().error.cause, Cause::permission_denied);
}

TEST_F(ExactContract, ALostAnswerToAPostIsUnclearAndHadItsEffect) {
  const std::string body = sales_invoice_body(invoice("WM-5"));
  transport.lose_next_answer = true;
  const auto lost = post(exact::resources::sales_invoices, body);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().error.cause, Cause::unclear_outcome);
  EXPECT_TRUE(lost.error().may_have_had_effect);
  EXPECT_EQ(rows(sales_invoices_by_reference("WM-5")).size(), 1U);
}

}  // namespace exact_contract_test
}  // namespace connector::contract
