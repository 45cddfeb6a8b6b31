#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/decimal.h"
#include "domain/time.h"

namespace connector::domain {

/// The kinds of documents and deeds the posting protocol brings about, each exactly once.
enum class PostingKind {
  customer_account,  ///< the Exact account for Walmart.com
  sales_order,
  sales_order_change,  ///< lines state the quantities cancelled of a sales order that was sent, as positive numbers
  goods_delivery,
  sales_invoice,       ///< by POST (invoice_only, direct_invoice) or from a sales order
  invoice_processing,  ///< PrintedSalesInvoices
  credit_memo,
  daily_invoice,
  stock_count,
  price_feed,
  item_price,
  journal_entry,
  urgent_price,           ///< one price at Walmart on a person's word
  order_acknowledgement,  ///< of a Created order, at Walmart on the seller's behalf
};
std::string_view to_string(PostingKind kind);
std::optional<PostingKind> parse_posting_kind(std::string_view name);

struct DocumentLine {
  std::string line_number;  ///< Walmart order line it comes from
  std::string sku;          ///< or charge key such as "@shipping"
  std::string description;
  std::string exact_item;  ///< item code
  Decimal quantity;
  Decimal unit_price;  ///< exactly two decimals for two-decimal currencies; quantity*unit_price = amount
  Decimal amount;
  std::string gl_account;  ///< code or empty
  std::string cost_center;
  std::string cost_unit;
  std::string vat_code;
  std::string warehouse;
  bool operator==(const DocumentLine&) const = default;
};

/// Units [from, to) of an order line's ordered quantity that a document takes care of. Fixes which
/// cents of a charge the document carries, whatever mapping, kit or policy turned units into lines.
struct CoveredUnits {
  std::string line_number;
  Decimal from;
  Decimal to;
  bool operator==(const CoveredUnits&) const = default;
};

/// An order's part of a day's invoice.
struct SummaryMember {
  std::string key;  ///< of the order's posting
  std::string purchase_order_id;
  Decimal total;
  bool operator==(const SummaryMember&) const = default;
};

/// One document that must exist in Exact, in codes and amounts, before any id is resolved.
struct Document {
  PostingKind kind = PostingKind::sales_invoice;
  std::string key;        ///< posting key, e.g. "invoice/1796277083022/1"
  std::string reference;  ///< YourRef in Exact, e.g. "WM-1796277083022"
  std::string purchase_order_id;
  std::string customer_order_id;
  std::string depends_on;  ///< posting key that must be posted first; empty if none
  std::string currency;
  std::optional<Date> date;          ///< ship date (delivery, invoice, processing) or order date (sales order)
  std::optional<Date> posting_date;  ///< in Exact instead of `date`, because the period of `date` is closed
  std::string warehouse;             ///< header warehouse of direct invoices and sales orders
  bool direct = false;               ///< type 8023/8024
  std::string description;
  std::string tracking_number;
  std::vector<DocumentLine> lines;
  Decimal total;                       ///< Σ line amounts
  std::vector<CoveredUnits> covers;    ///< empty for documents that cover no order line
  bool in_summary = false;             ///< an invoice that is not sent by itself: the invoice of its day holds it
  std::vector<SummaryMember> members;  ///< of a day's invoice, once it is frozen
  bool operator==(const Document&) const = default;
};

}  // namespace connector::domain
