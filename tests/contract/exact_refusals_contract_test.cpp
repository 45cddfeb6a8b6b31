// The rest of what Exact is asked for: what stock follows, what is refused and blocked, subscriptions, what was
// deleted.
#include <gtest/gtest.h>

#include <map>

#include "exact/deleted_entities.h"
#include "exact/reference_data.h"
#include "exact/stock_positions.h"
#include "exact_documents/goods_deliveries.h"
#include "exact_documents/invoice_sales_orders.h"
#include "exact_documents/printed_sales_invoices.h"
#include "exact_documents/sales_orders.h"
#include "exact_fixture.h"

namespace connector::contract {
namespace exact_refusals_contract_test {

using domain::Cause;
using domain::Decimal;
using exact::ODataQuery;
using std::chrono::seconds;

constexpr const char* nobody = "00000000-0000-4000-8000-000000000000";
constexpr const char* subscriptions = "webhooks/WebhookSubscriptions";

class ExactRefusals : public ExactContract {
 protected:
  Decimal stock_of(const std::string& item, const std::string& warehouse) {
    const auto positions = value_of(time.run(exact::load_stock_positions(*client, 0)));
    Decimal sum;
    for (const auto& row : positions.rows) {
      if (row.item == item && row.warehouse == warehouse) sum += row.current;
    }
    return sum;
  }

  template <class T>
  void expect_refused(const ports::CallResult<T>& answer, Cause cause) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().error.cause, cause) << answer.error().error.message;
    EXPECT_FALSE(answer.error().may_have_had_effect) << answer.error().error.message;
  }

  ODataQuery journals() {
    ODataQuery query("financial/Journals");
    query.select({"Code"});
    return query;
  }
};

TEST_F(ExactRefusals, DirectDocumentsMoveStockAndPlainOnesDoNot) {
  const Decimal before = stock_of("WM-0001", "1");
  value_of(post(exact::resources::sales_invoices, sales_invoice_body(invoice("WM-20"))));
  EXPECT_EQ(stock_of("WM-0001", "1"), before);
  auto direct = invoice("WM-21");
  direct.type = exact::SalesInvoiceType::direct_invoice;
  direct.warehouse = id_of("inventory/Warehouses", "1");
  value_of(post(exact::resources::sales_invoices, sales_invoice_body(direct)));
  EXPECT_EQ(stock_of("WM-0001", "1"), before - Decimal::from_integer(3));
  direct.your_ref = "WM-21-C1";
  direct.type = exact::SalesInvoiceType::direct_credit_note;
  direct.lines[0].quantity = Decimal::from_integer(2);
  value_of(post(exact::resources::sales_invoices, sales_invoice_body(direct)));
  EXPECT_EQ(stock_of("WM-0001", "1"), before - Decimal::from_integer(1));
  // Goods that cost nothing come back all the same.
  direct.your_ref = "WM-21-C2";
  direct.lines[0].quantity = Decimal::from_integer(1);
  direct.lines[0].net_price = Decimal();
  value_of(post(exact::resources::sales_invoices, sales_invoice_body(direct)));
  EXPECT_EQ(stock_of("WM-0001", "1"), before);
}

TEST_F(ExactRefusals, AnEndpointThatKeepsFailingIsBlockedForAWhileAndAlone) {
  service->switches().errors_per_hour = 3;
  for (int count = 0; count < 3; ++count) {
    expect_refused(time.run(client->remove(exact::resources::sales_orders, nobody, exact_priority, std::nullopt)),
                   Cause::not_found);
  }
  expect_refused(time.run(client->remove(exact::resources::sales_orders, nobody, exact_priority, std::nullopt)),
                 Cause::rate_limited);
  EXPECT_TRUE(time.run(client->get(journals(), exact_priority))) << "other endpoints go on";
  time.pass(std::chrono::hours{2});
  expect_refused(time.run(client->remove(exact::resources::sales_orders, nobody, exact_priority, std::nullopt)),
                 Cause::not_found);
}

TEST_F(ExactRefusals, TheDayLimitEndsWithTheDay) {
  service->switches().day_limit = 5;
  int made = 0;
  Cause last = Cause::cancelled;
  for (; made < 20; ++made) {
    const auto answer = time.run(client->get(journals(), exact_priority));
    if (answer) continue;
    last = answer.error().error.cause;
    break;
  }
  EXPECT_EQ(last, Cause::rate_limited);
  EXPECT_LE(made, 5);
  expect_refused(post(exact::resources::sales_invoices, "{}"), Cause::rate_limited);
  time.pass(std::chrono::hours{24});
  EXPECT_TRUE(time.run(client->get(journals(), exact_priority)));
}

TEST_F(ExactRefusals, ErrorsWithoutABodyKeepTheirCause) {
  service->switches().empty_error_bodies = true;
  service->switches().forbidden_scopes = {"salesinvoice"};
  expect_refused(time.run(client->get(sales_invoices_by_reference("x"), exact_priority)), Cause::permission_denied);
  expect_refused(post(exact::resources::sales_invoices, "{}"), Cause::permission_denied);
  service->switches().maintenance = true;
  const auto closed = post(exact::resources::sales_orders, "{}");
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().error.cause, Cause::api_outage);
  EXPECT_TRUE(closed.error().may_have_had_effect) << "nobody knows how far it came";
}

TEST_F(ExactRefusals, SalesOrdersAndTheirDeliveriesAreRefused) {
  auto bad = order("WM-22");
  bad.lines[0].item = nobody;
  EXPECT_EQ(refusal(exact::resources::sales_orders, sales_order_body(bad)), Cause::missing_item);
  bad = order("WM-22");
  bad.ordered_by = nobody;
  EXPECT_EQ(refusal(exact::resources::sales_orders, sales_order_body(bad)), Cause::missing_customer);

  const auto record =
      read_sales_order(value_of(post(exact::resources::sales_orders, sales_order_body(order("WM-22")))));
  ASSERT_TRUE(record);
  const auto lines = rows(sales_order_lines_of(record->id));
  ASSERT_EQ(lines.size(), 1U);
  GoodsDelivery delivery;
  delivery.delivery_date = std::chrono::year{2026} / 11 / 23;
  delivery.description = "WM-22";
  delivery.lines = {{nobody, Decimal::from_integer(1), ""}};
  EXPECT_NE(refusal(exact::resources::goods_deliveries, goods_delivery_body(delivery)), Cause::unclear_outcome);
  EXPECT_TRUE(rows(goods_deliveries_by_description("WM-22")).empty());

  // What was not delivered is not invoiced by quantity delivered.
  SalesOrderInvoicing invoicing;
  invoicing.order_ids = {record->id};
  invoicing.journal = "70";
  const auto accepted = value_of(post(exact::resources::invoice_sales_orders, invoice_sales_orders_body(invoicing)));
  const auto process = read_invoicing_process(accepted);
  ASSERT_TRUE(process) << process.error().message;
  time.pass(seconds{10});
  const auto results = rows(invoicing_result(*process));
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(read_invoicing_result(results[0]).created, 0);
  EXPECT_TRUE(rows(sales_invoices_by_reference("WM-22")).empty());
  value_of(time.run(client->remove(exact::resources::sales_orders, record->id, exact_priority, std::nullopt)));
  EXPECT_TRUE(rows(sales_order_lines_of(record->id)).empty());
}

TEST_F(ExactRefusals, ASalesOrderIsCutDownAsFarAsItIsNotDelivered) {
  auto wanted = order("WM-24");
  wanted.lines.push_back(wanted.lines[0]);
  const auto record = read_sales_order(value_of(post(exact::resources::sales_orders, sales_order_body(wanted))));
  ASSERT_TRUE(record);
  const auto lines_now = [&] { return rows(sales_order_lines_of(record->id)); };
  const auto placed = lines_now();
  ASSERT_EQ(placed.size(), 2U);
  const std::string kept = read_sales_order_line(placed[0])->id;
  const std::string cancelled = read_sales_order_line(placed[1])->id;
  const std::string resource(exact::resources::sales_order_lines);
  const auto cut_to = [&](std::int64_t units) {
    return time.run(client->update(resource, kept, sales_order_line_quantity_body(Decimal::from_integer(units)),
                                   exact_priority, std::nullopt));
  };
  value_of(time.run(client->remove(resource, cancelled, exact_priority, std::nullopt)));
  expect_refused(time.run(client->remove(resource, cancelled, exact_priority, std::nullopt)), Cause::not_found);
  value_of(cut_to(4));
  GoodsDelivery delivery;
  delivery.delivery_date = std::chrono::year{2026} / 11 / 23;
  delivery.description = "WM-24";
  delivery.lines = {{kept, Decimal::from_integer(3), ""}};
  value_of(post(exact::resources::goods_deliveries, goods_delivery_body(delivery)));
  EXPECT_FALSE(cut_to(2)) << "three have left";
  EXPECT_FALSE(time.run(client->remove(resource, kept, exact_priority, std::nullopt)));
  EXPECT_FALSE(time.run(client->remove(exact::resources::sales_orders, record->id, exact_priority, std::nullopt)));
  value_of(cut_to(3));
  ASSERT_EQ(lines_now().size(), 1U);
  EXPECT_EQ(read_sales_order_line(lines_now()[0])->quantity, Decimal::from_integer(3));
}

TEST_F(ExactRefusals, AnInvoiceIsRewordedOrDeletedUntilItIsProcessed) {
  const std::string resource(exact::resources::sales_invoices);
  const auto made = [&](const std::string& reference) {
    return value_of(post(resource, sales_invoice_body(invoice(reference))))["InvoiceID"].text_or("");
  };
  const auto description = [&] {
    ODataQuery query(resource);
    query.select({"InvoiceID", "Description"}).filter(exact::ODataFilter::equals("YourRef", "WM-25"));
    const auto found = rows(query);
    return found.size() == 1 ? found[0]["Description"].text_or("") : "";
  };
  const auto reword = [&](const std::string& id, const char* body) {
    return time.run(client->update(resource, id, body, exact_priority, std::nullopt));
  };
  const std::string id = made("WM-25");
  const std::string unwanted = made("WM-26");
  value_of(reword(id, R"({"Description":"booked on the first open day"})"));
  EXPECT_EQ(description(), "booked on the first open day");
  expect_refused(reword(nobody, R"({"Description":"x"})"), Cause::not_found);
  value_of(time.run(client->remove(resource, unwanted, exact_priority, std::nullopt)));
  EXPECT_TRUE(rows(sales_invoices_by_reference("WM-26")).empty());
  SalesInvoicePrinting printing;
  printing.invoice_id = id;
  printing.invoice_date = std::chrono::year{2026} / 11 / 20;
  value_of(post(exact::resources::printed_sales_invoices, printed_sales_invoice_body(printing)));
  EXPECT_FALSE(reword(id, R"({"Description":"too late"})"));
  EXPECT_FALSE(time.run(client->remove(resource, id, exact_priority, std::nullopt)));
  EXPECT_EQ(description(), "booked on the first open day");
}

TEST_F(ExactRefusals, SubscriptionsAreMadeOnceListedAndRemoved) {
  const std::string body = R"({"Topic":"Items","CallbackURL":"https://connector.example/webhooks/exact/1"})";
  const std::string id = value_of(post(subscriptions, body))["ID"].text_or("");
  EXPECT_EQ(refusal(subscriptions, body), Cause::business_refusal) << "Data already exists.";
  ODataQuery list(subscriptions);
  list.select({"ID", "Topic", "CallbackURL"});
  const auto listed = rows(list);
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0]["ID"].string(), id);
  value_of(time.run(client->remove(subscriptions, id, exact_priority, std::nullopt)));
  EXPECT_TRUE(rows(list).empty());
  expect_refused(time.run(client->remove(subscriptions, id, exact_priority, std::nullopt)), Cause::not_found);
}

TEST_F(ExactRefusals, EveryKindOfReferenceIsLoadedAndWhatWasDeletedIsTold) {
  std::map<std::string, std::int64_t> timestamps;
  for (const char* kind :
       {"item", "gl_account", "cost_center", "cost_unit", "vat_code", "warehouse", "journal", "period"}) {
    const auto loaded = value_of(time.run(exact::load_reference(*client, kind, 0)));
    EXPECT_FALSE(loaded.rows.empty()) << kind;
    timestamps[kind] = loaded.timestamp;
  }
  EXPECT_FALSE(time.run(exact::load_reference(*client, "unicorn", 0)));

  const std::string id = id_of("logistics/Items", "WM-0002");
  person(R"({"action":"add_item","code":"NEW-1","description":"x"})");
  person(R"({"action":"delete_item","code":"WM-0002"})");
  const auto changed = value_of(time.run(exact::load_reference(*client, "item", timestamps["item"])));
  ASSERT_EQ(changed.rows.size(), 1U);
  EXPECT_EQ(changed.rows[0].code, "NEW-1");
  EXPECT_FALSE(changed.is_complete);
  const auto deleted = value_of(time.run(exact::load_deleted_references(*client, timestamps["item"])));
  ASSERT_EQ(deleted.rows.size(), 1U);
  EXPECT_EQ(deleted.rows[0].kind, "item");
  EXPECT_EQ(deleted.rows[0].id, id);
}

TEST_F(ExactRefusals, WhatMayNoLongerLeaveDoesNotLeave) {
  const int requests = transport.requests;
  const auto late =
      time.run(client->create(exact::resources::sales_invoices, "{}", exact_priority, time.now() - seconds{1}));
  expect_refused(late, Cause::fenced);
  EXPECT_EQ(transport.requests, requests);
}

}  // namespace exact_refusals_contract_test
}  // namespace connector::contract
