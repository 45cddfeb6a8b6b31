#pragma once

#include <cstdint>

namespace connector::exact {

/// The resources that the connector writes documents to and finds them in again (exact.md 4), as calls to them are also
/// admitted and counted (endpoints.h). Those that one place alone reads are named there.
namespace resources {

inline constexpr const char* accounts = "crm/Accounts";
inline constexpr const char* sales_invoices = "salesinvoice/SalesInvoices";
inline constexpr const char* sales_invoice_lines = "salesinvoice/SalesInvoiceLines";
inline constexpr const char* printed_sales_invoices = "salesinvoice/PrintedSalesInvoices";
inline constexpr const char* invoice_sales_orders = "salesinvoice/InvoiceSalesOrders";
inline constexpr const char* sales_orders = "salesorder/SalesOrders";
inline constexpr const char* sales_order_lines = "salesorder/SalesOrderLines";
inline constexpr const char* goods_deliveries = "salesorder/GoodsDeliveries";
inline constexpr const char* goods_delivery_lines = "salesorder/GoodsDeliveryLines";
inline constexpr const char* general_journal_entries = "generaljournalentry/GeneralJournalEntries";
inline constexpr const char* general_journal_entry_lines = "generaljournalentry/GeneralJournalEntryLines";

}  // namespace resources

/// `Type` of salesinvoice/SalesInvoices; direct ones move stock (exact.md 4.5).
enum class SalesInvoiceType : std::int64_t {
  invoice = 8020,
  credit_note = 8021,
  direct_invoice = 8023,
  direct_credit_note = 8024
};

/// `Status` of salesinvoice/SalesInvoices.
enum class SalesInvoiceStatus : std::int64_t { draft = 10, open = 20, processed = 50 };

}  // namespace connector::exact
