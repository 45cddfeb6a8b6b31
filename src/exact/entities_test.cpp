#include <gtest/gtest.h>

#include "exact/accounts.h"
#include "exact/deleted_entities.h"
#include "exact/entity_text.h"
#include "exact/goods_deliveries.h"
#include "exact/invoice_sales_orders.h"
#include "exact/printed_sales_invoices.h"
#include "exact/sales_invoices.h"
#include "exact/sales_orders.h"

namespace connector::exact {
namespace entities_test {

using domain::Decimal;

Decimal decimal(std::string_view text) { return *Decimal::parse(text); }
domain::Date date(std::string_view text) { return *domain::parse_date(text); }

TEST(ExactEntities, ASalesInvoiceIsWrittenInAFixedOrderWithDecimalsAsNumbers) {
  SalesInvoice invoice;
  invoice.type = SalesInvoiceType::direct_invoice;
  invoice.journal = "70";
  invoice.ordered_by = "a-1";
  invoice.your_ref = "WM-1";
  invoice.order_date = date("2026-11-23");
  invoice.currency = "USD";
  invoice.warehouse = "w-1";
  SalesInvoiceLine line;
  line.item = "i-1";
  line.quantity = decimal("3");
  line.net_price = decimal("10.10");
  line.cost_center = "WM";
  invoice.lines = {line};
  EXPECT_EQ(sales_invoice_body(invoice),
            R"({"Type":8023,"Journal":"70","OrderedBy":"a-1","YourRef":"WM-1","OrderDate":"2026-11-23T00:00:00",)"
            R"("Currency":"USD","Warehouse":"w-1","SalesInvoiceLines":[{"Item":"i-1","Quantity":3,"NetPrice":10.1,)"
            R"("CostCenter":"WM"}]})");
}

TEST(ExactEntities, ALongTextIsCutBetweenCodePoints) {
  const std::string ascii(99, 'a');
  EXPECT_EQ(fitting("short", 100), "short");
  EXPECT_EQ(fitting(ascii + "bc", 100), ascii + "b");
  EXPECT_EQ(fitting(ascii + "\xC3\xA9t", 100), ascii + "\xC3\xA9") << "e with an accent is one character";
  EXPECT_EQ(fitting(ascii + "b\xE2\x84\xA2", 100), ascii + "b") << "a trade mark has three bytes";
  EXPECT_EQ(fitting(ascii + "\xE2\x84\xA2 Blue", 100), ascii + "\xE2\x84\xA2");
  EXPECT_EQ(fitting(ascii + "\xF0\x9F\x98\x80", 100), ascii) << "an emoji counts twice and does not fit";
  EXPECT_EQ(fitting(ascii + "\xF0\x9F\x98\x80", 101), ascii + "\xF0\x9F\x98\x80");
  EXPECT_EQ(fitting("\xE2\x84\xA2", 0), "");
}

TEST(ExactEntities, AnInvoiceIsReadBack) {
  const auto row = json::parse(
      R"({"InvoiceID":"g","InvoiceNumber":0,"OrderNumber":12,"YourRef":"WM-1","Type":8020,"Status":20,
          "InvoiceDate":"/Date(1795392000000)/","Currency":"USD","AmountFC":12.3456789,"AmountFCExclVat":null})");
  const auto record = read_sales_invoice(*row);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->number, "") << "0 means that no number is assigned yet";
  EXPECT_EQ(record->order_number, "12");
  EXPECT_EQ(record->status, static_cast<std::int64_t>(SalesInvoiceStatus::open));
  EXPECT_EQ(record->amount->to_string(), "12.345679");
  EXPECT_FALSE(record->amount_excluding_vat);
  EXPECT_EQ(domain::to_iso8601(*record->invoice_date), "2026-11-23");
  EXPECT_FALSE(read_sales_invoice(json::Value()));
  EXPECT_NE(sales_invoices_by_reference("WM-1").path_and_query().find("$filter=YourRef%20eq%20%27WM-1%27"),
            std::string::npos);
}

TEST(ExactEntities, SalesOrdersHaveLinesWithoutAccounts) {
  SalesOrder order;
  order.ordered_by = "a-1";
  order.your_ref = "WM-1";
  SalesOrderLine line;
  line.item = "i-1";
  line.quantity = decimal("2");
  line.unit_price = decimal("0.000001");
  order.lines = {line};
  EXPECT_EQ(
      sales_order_body(order),
      R"({"OrderedBy":"a-1","YourRef":"WM-1","SalesOrderLines":[{"Item":"i-1","Quantity":2,"UnitPrice":0.000001}]})");
  EXPECT_EQ(sales_order_line_quantity_body(decimal("1.5")), R"({"Quantity":1.5})");
  const auto read =
      read_sales_order_line(*json::parse(R"({"ID":"l","LineNumber":1,"Quantity":2,"QuantityDelivered":1})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->delivered.to_string(), "1");
  EXPECT_FALSE(read_sales_order_line(*json::parse(R"({"ID":"l"})")));
  EXPECT_TRUE(read_sales_order(*json::parse(R"({"OrderID":"o","OrderNumber":7})")));
}

TEST(ExactEntities, DeliveriesCarryTheReferenceAsDescription) {
  GoodsDelivery delivery;
  delivery.delivery_date = date("2026-11-23");
  delivery.description = "WM-1";
  delivery.lines = {{"l-1", decimal("2"), "T"}};
  EXPECT_EQ(goods_delivery_body(delivery),
            R"({"DeliveryDate":"2026-11-23T00:00:00","Description":"WM-1","GoodsDeliveryLines":)"
            R"([{"SalesOrderLineID":"l-1","QuantityDelivered":2,"TrackingNumber":"T"}]})");
  EXPECT_EQ(read_goods_delivery(*json::parse(R"({"EntryID":"e","DeliveryNumber":5})"))->number, "5");
}

TEST(ExactEntities, ProcessingSendsNothingToTheCustomer) {
  SalesInvoicePrinting printing;
  printing.invoice_id = "g";
  printing.invoice_date = date("2026-11-23");
  EXPECT_EQ(printed_sales_invoice_body(printing),
            R"({"InvoiceID":"g","InvoiceDate":"2026-11-23T00:00:00","SendEmailToCustomer":false,)"
            R"("SendInvoiceToCustomerPostbox":false,"SendOutputBasedOnAccount":false})");
  const auto read =
      read_printed_sales_invoice(*json::parse(R"({"InvoiceID":"g","DocumentCreationError":"no layout"})"));
  EXPECT_EQ(read.problem, "no layout");
}

TEST(ExactEntities, InvoicingRunsInTheBackground) {
  SalesOrderInvoicing invoicing;
  invoicing.order_ids = {"o-1", "o-2"};
  invoicing.delivery_number = 9;
  EXPECT_EQ(
      invoice_sales_orders_body(invoicing),
      R"({"CreateMode":1,"InvoiceMode":0,"Mode":1,"DeliveryNumber":9,"SalesOrderIDs":[{"ID":"o-1"},{"ID":"o-2"}]})");
  EXPECT_EQ(*read_invoicing_process(*json::parse(R"({"ID":"x","ProcessID":"p"})")), "p");
  EXPECT_FALSE(read_invoicing_process(*json::parse(R"({"ID":"x"})")));
  EXPECT_FALSE(read_invoicing_result(*json::parse(R"({"Status":"Queued"})")).is_finished());
  const auto done = read_invoicing_result(
      *json::parse(R"({"Status":"Processed","NumberOfCreatedInvoices":1,"NumberOfFailedInvoices":0,"Errors":""})"));
  EXPECT_TRUE(done.is_finished());
  EXPECT_EQ(done.created, 1);
}

TEST(ExactEntities, TheListOfDeletionsIsClosedByARefusalAndNotByAnOutage) {
  ports::CallFailure failure;
  for (const int status : {403, 404}) {
    failure.status = status;
    EXPECT_TRUE(is_deleted_list_closed(failure));
  }
  for (const int status : {0, 400, 401, 429, 500, 503}) {
    failure.status = status;
    EXPECT_FALSE(is_deleted_list_closed(failure)) << status;
  }
  failure.status = 0;
  failure.error.cause = domain::Cause::rate_limited;
  EXPECT_TRUE(is_deleted_list_closed(failure)) << "it rests after refusals";
}

TEST(ExactEntities, AccountCodesArePaddedToEighteen) {
  EXPECT_EQ(padded_account_code("25"), "                25");
  EXPECT_EQ(padded_account_code("                25"), "                25");
  EXPECT_EQ(padded_account_code("1234567890123456789"), "1234567890123456789");
  EXPECT_EQ(account_body({"Walmart.com", "", "US"}), R"({"Name":"Walmart.com","Status":"C","Country":"US"})");
  const auto record =
      read_account(*json::parse(R"({"ID":"a","Code":"                 8","Name":"W","Status":"C","Blocked":false})"));
  EXPECT_EQ(record->code, "8");
  EXPECT_FALSE(record->is_blocked);
}

}  // namespace entities_test
}  // namespace connector::exact
