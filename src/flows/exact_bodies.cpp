#include "flows/exact_bodies.h"

#include <map>
#include <optional>
#include <utility>

#include "domain/mutation.h"
#include "domain/period_calendar.h"
#include "exact/entity_text.h"
#include "exact/reference_data.h"
#include "flows/closed_periods.h"
#include "flows/daily_summary.h"
#include "flows/document_json.h"

namespace connector::flows {

using domain::Cause;
using domain::Decimal;
using domain::Document;
using domain::DocumentLine;
using domain::PostingKind;
using domain::Result;
using json::Value;
using store::PostingRow;
using store::PostingState;
using store::Reader;

namespace {

std::string exact_date(domain::Date date) { return domain::to_iso8601(date) + "T00:00:00"; }

/// What the lines need to know of a code in the cached reference data.
struct KnownCode {
  bool exists = false;
  std::string id;
  bool is_sales_item = true;
  std::string revenue_account;  ///< of an item; empty while unknown
  bool is_blocked = false;
  std::int64_t use_cost_center = exact::kUseOptional;
  std::int64_t use_cost_unit = exact::kUseOptional;
};

/// Looks codes up in the cached reference data of one connection, each once: for use within one transaction.
class References {
 public:
  References(Reader& reader, store::ConnectionId connection) : reader_(reader), connection_(connection) {}

  bool is_of(const Reader& reader, store::ConnectionId connection) const {
    return &reader_ == &reader && connection_ == connection;
  }

  Result<std::string> item(const DocumentLine& line) {
    const auto known = look_up("item", line.exact_item);
    if (!known) return domain::fail(known.error());
    if (!(*known)->exists) {
      return domain::fail(Cause::missing_item,
                          "SKU \"" + line.sku + "\" is mapped to Exact item \"" + line.exact_item +
                              "\", which does not exist; map the SKU to an existing item or create it in Exact");
    }
    if (!(*known)->is_sales_item) {
      return domain::fail(Cause::missing_item, "Exact item \"" + line.exact_item + "\" (SKU \"" + line.sku +
                                                   "\") is not marked as a sales item");
    }
    return (*known)->id;
  }

  Result<std::string> gl_account(const std::string& code, const DocumentLine& line) {
    const auto known = look_up("gl_account", code);
    if (!known) return domain::fail(known.error());
    if (!(*known)->exists) {
      return domain::fail(Cause::missing_gl_account,
                          "G/L account \"" + code + "\" mapped for \"" + line.sku + "\" does not exist in Exact");
    }
    if ((*known)->is_blocked) {
      return domain::fail(Cause::missing_gl_account, "G/L account \"" + code + "\" is blocked in Exact");
    }
    return (*known)->id;
  }

  /// Error missing_cost_center for a line whose cost center or cost unit the account it is booked on demands or
  /// forbids: its own, or, where none is sent with it, the revenue account of its item as far as that is known.
  Result<void> account_use(const DocumentLine& line, bool sends_account) {
    std::string code = sends_account ? line.gl_account : std::string();
    std::string name = "G/L account \"" + code + "\"";
    if (code.empty()) {
      const auto item = look_up("item", line.exact_item);
      if (!item) return domain::fail(item.error());
      code = (*item)->revenue_account;
      if (code.empty()) return {};
      name = "G/L account \"" + code + "\" of Exact item \"" + line.exact_item + "\"";
    }
    const auto account = look_up("gl_account", code);
    if (!account) return domain::fail(account.error());
    if (auto fits = check_use(name, "cost center", (*account)->use_cost_center, line.cost_center, line); !fits)
      return fits;
    return check_use(name, "cost unit", (*account)->use_cost_unit, line.cost_unit, line);
  }

  /// Codes are sent as they are; they are checked only once the list has been read.
  Result<void> code(const char* kind, const std::string& code, Cause cause, const char* name,
                    const DocumentLine& line) {
    if (code.empty()) return {};
    const auto loaded = watermark(std::string("reference/") + kind);
    if (!loaded) return domain::fail(loaded.error());
    if (!**loaded) return {};
    const auto known = look_up(kind, code);
    if (!known) return domain::fail(known.error());
    if (!(*known)->exists) {
      return domain::fail(
          cause, std::string(name) + " \"" + code + "\" mapped for \"" + line.sku + "\" does not exist in Exact");
    }
    return {};
  }

  Result<std::string> warehouse(const std::string& code) {
    const auto known = look_up("warehouse", code);
    if (!known) return domain::fail(known.error());
    if (!(*known)->exists)
      return domain::fail(Cause::missing_warehouse, "warehouse \"" + code + "\" does not exist in Exact");
    return (*known)->id;
  }

  Result<std::string> customer(const domain::ConnectionSettings& settings) {
    const std::string code = customer_code(settings);
    const auto known = look_up("customer", code);
    if (!known) return domain::fail(known.error());
    if (!(*known)->exists) {
      return domain::fail(Cause::missing_customer, "customer account \"" + code + "\" was not found in Exact");
    }
    return (*known)->id;
  }

  /// The chosen journal, else the division's first sales journal, else empty: Exact's default applies.
  Result<std::string> sales_journal(const domain::ConnectionSettings& settings) {
    if (!settings.sales_journal.empty()) return settings.sales_journal;
    const auto chosen = watermark("reference/default_sales_journal");
    if (!chosen) return domain::fail(chosen.error());
    return (*chosen)->value_or("");
  }

  /// Error closed_period for a document that Exact is known to refuse.
  Result<void> period(const Document& document) {
    if (!calendar_) {
      auto calendar = read_closed_periods(reader_, connection_);
      if (!calendar) return domain::fail(calendar.error());
      calendar_ = std::move(*calendar);
    }
    return check_period(*calendar_, document);
  }

 private:
  static Result<void> check_use(const std::string& account, const std::string& what, std::int64_t demand,
                                const std::string& code, const DocumentLine& line) {
    if (demand == exact::kUseMandatory && code.empty()) {
      return domain::fail(Cause::missing_cost_center, account + " demands a " + what + ", and none is mapped for \"" +
                                                          line.sku +
                                                          "\"; map one, or make it optional on the account in Exact");
    }
    if (demand == exact::kUseForbidden && !code.empty()) {
      return domain::fail(Cause::missing_cost_center, account + " forbids a " + what + ", and \"" + code +
                                                          "\" is mapped for \"" + line.sku +
                                                          "\"; map another account or no " + what +
                                                          ", or make it optional on the account in Exact");
    }
    return {};
  }

  Result<const KnownCode*> look_up(const char* kind, const std::string& code) {
    auto key = std::make_pair(std::string_view(kind), code);
    if (const auto known = codes_.find(key); known != codes_.end()) return &known->second;
    auto row = reader_.reference(connection_, kind, code);
    if (!row) return domain::fail(row.error());
    KnownCode known;
    if (*row) {
      known.exists = true;
      known.id = std::move((*row)->id);
      if (const auto data = json::parse((*row)->data.empty() ? "{}" : (*row)->data)) {
        known.is_sales_item = (*data)["IsSalesItem"].boolean() != std::optional(false);
        known.revenue_account = exact::revenue_account_of(*data);
        known.is_blocked = (*data)["IsBlocked"].boolean() == std::optional(true);
        known.use_cost_center = (*data)["UseCostcenter"].integer().value_or(exact::kUseOptional);
        known.use_cost_unit = (*data)["UseCostunit"].integer().value_or(exact::kUseOptional);
      }
    }
    return &codes_.emplace(std::move(key), std::move(known)).first->second;
  }

  Result<const std::optional<std::string>*> watermark(const std::string& name) {
    if (const auto known = watermarks_.find(name); known != watermarks_.end()) return &known->second;
    auto found = reader_.watermark(connection_, name);
    if (!found) return domain::fail(found.error());
    return &watermarks_.emplace(name, std::move(*found)).first->second;
  }

  Reader& reader_;
  store::ConnectionId connection_;
  std::optional<domain::PeriodCalendar> calendar_;
  std::map<std::pair<std::string_view, std::string>, KnownCode> codes_;
  std::map<std::string, std::optional<std::string>> watermarks_;
};

/// Of a line of an order or invoice.
constexpr std::size_t kLongestDescription = 100;

Result<Value> sales_line(References& references, const DocumentLine& line, bool with_gl_account) {
  auto item = references.item(line);
  if (!item) return domain::fail(item.error());
  Value body{json::Object{}};
  body.set("Item", *item);
  if (!line.description.empty()) body.set("Description", exact::fitting(line.description, kLongestDescription));
  body.set("Quantity", line.quantity);
  // Both prices, so that no discount of a price list or customer changes the amount (exact.md 4.4).
  body.set("UnitPrice", line.unit_price);
  body.set("NetPrice", line.unit_price);
  if (auto known = references.code("vat_code", line.vat_code, Cause::missing_vat_code, "VAT code", line); !known) {
    return domain::fail(known.error());
  }
  if (auto known = references.code("cost_center", line.cost_center, Cause::missing_cost_center, "cost center", line);
      !known) {
    return domain::fail(known.error());
  }
  if (auto known = references.code("cost_unit", line.cost_unit, Cause::missing_cost_center, "cost unit", line);
      !known) {
    return domain::fail(known.error());
  }
  if (!line.vat_code.empty()) body.set("VATCode", line.vat_code);
  if (!line.cost_center.empty()) body.set("CostCenter", line.cost_center);
  if (!line.cost_unit.empty()) body.set("CostUnit", line.cost_unit);
  if (!line.gl_account.empty()) {
    auto account = references.gl_account(line.gl_account, line);
    if (!account) return domain::fail(account.error());
    if (with_gl_account && !domain::mutated(domain::Mutation::accounts_not_stated)) body.set("GLAccount", *account);
  }
  if (auto fits = references.account_use(line, with_gl_account); !fits) return domain::fail(fits.error());
  return body;
}

Result<Value> header(References& references, const Document& document, const domain::ConnectionSettings& settings) {
  auto customer = references.customer(settings);
  if (!customer) return domain::fail(customer.error());
  Value body{json::Object{}};
  body.set("OrderedBy", *customer);
  body.set("YourRef", document.reference);
  const std::string description = domain::description_in_exact(document);
  if (!description.empty()) body.set("Description", description);
  const auto date = domain::date_in_exact(document);
  if (date && !domain::mutated(domain::Mutation::dates_not_stated)) body.set("OrderDate", exact_date(*date));
  if (!document.currency.empty()) body.set("Currency", document.currency);
  return body;
}

Result<Value> invoice_body(References& references, const Document& document,
                           const domain::ConnectionSettings& settings) {
  const bool credit = document.kind == PostingKind::credit_memo;
  auto body = header(references, document, settings);
  if (!body) return body;
  auto journal = references.sales_journal(settings);
  if (!journal) return domain::fail(journal.error());
  if (!journal->empty()) body->set("Journal", *journal);
  body->set("InvoiceTo", (*body)["OrderedBy"]);
  body->set("Type", document.direct ? (credit ? 8024 : 8023) : (credit ? 8021 : 8020));
  if (document.direct) {
    auto warehouse = references.warehouse(document.warehouse);
    if (!warehouse) return domain::fail(warehouse.error());
    body->set("Warehouse", *warehouse);
  }
  Value lines{json::Array{}};
  for (const DocumentLine& line : document.lines) {
    DocumentLine signed_line = line;
    if (credit && settings.credit_note_quantities_negative) signed_line.quantity = -line.quantity;
    auto built = sales_line(references, signed_line, true);
    if (!built) return built;
    lines.push_back(std::move(*built));
  }
  body->set("SalesInvoiceLines", std::move(lines));
  if (document.kind == PostingKind::daily_invoice) body->set("Remarks", "Orders: " + domain::order_list(document));
  return body;
}

/// Exact has no field for the invoice that a credit note corrects (exact.md 4.5): its remarks name it.
Result<Value> credit_body(Reader& reader, References& references, const PostingRow& row, const Document& document,
                          const domain::ConnectionSettings& settings) {
  auto body = invoice_body(references, document, settings);
  if (!body || document.depends_on.empty()) return body;
  auto invoice = reader.posting(row.connection, document.depends_on);
  if (!invoice) return domain::fail(invoice.error());
  if (!*invoice || (*invoice)->state != PostingState::posted) {
    return domain::fail(Cause::waiting_for_dependency, "waits until " + document.depends_on + " is posted");
  }
  std::string remarks = "Corrects invoice " + (*invoice)->reference;
  if ((*invoice)->depends_on.starts_with("daily/")) {
    auto daily = reader.posting(row.connection, (*invoice)->depends_on);
    if (!daily) return domain::fail(daily.error());
    if (*daily) remarks = "Corrects invoice " + (*daily)->reference + " in what it holds of " + (*invoice)->reference;
  }
  if (!(*invoice)->target_number.empty()) remarks += ", number " + (*invoice)->target_number;
  body->set("Remarks", remarks);
  return body;
}

Result<Value> order_body(References& references, const Document& document, const domain::ConnectionSettings& settings) {
  auto body = header(references, document, settings);
  if (!body) return body;
  if (!document.warehouse.empty()) {
    auto warehouse = references.warehouse(document.warehouse);
    if (!warehouse) return domain::fail(warehouse.error());
    body->set("WarehouseID", *warehouse);
  }
  Value lines{json::Array{}};
  for (const DocumentLine& line : document.lines) {
    auto built = sales_line(references, line, false);
    if (!built) return built;
    lines.push_back(std::move(*built));
  }
  body->set("SalesOrderLines", std::move(lines));
  return body;
}

Result<PostingRow> posted_order(Reader& reader, store::ConnectionId connection, const std::string& order_key) {
  auto order = reader.posting(connection, order_key);
  if (!order) return domain::fail(order.error());
  if (!*order || (*order)->state != PostingState::posted) {
    return domain::fail(Cause::waiting_for_dependency, "the sales order " + order_key + " is not posted yet");
  }
  return std::move(**order);
}

/// planning.h: deliveries and changes name a line of the sales order by these four.
bool same_order_line(const DocumentLine& ordered, const DocumentLine& named) {
  return ordered.line_number == named.line_number && ordered.sku == named.sku &&
         ordered.exact_item == named.exact_item && ordered.unit_price == named.unit_price;
}

/// Spreads a delivery's quantities over the sales order's lines, after what earlier deliveries took.
Result<Value> delivery_body(Reader& reader, const PostingRow& row, const Document& document) {
  auto order = posted_order(reader, row.connection, document.depends_on);
  if (!order) return domain::fail(order.error());
  auto order_document = document_of(*order);
  if (!order_document) return domain::fail(order_document.error());
  const auto placed = placed_order_lines(order->target_data);
  if (placed.size() != order_document->lines.size()) {
    return domain::fail(
        Cause::changed_by_person,
        "the sales order " + order->target_number +
            " in Exact has other lines than were posted; deliver it there by hand and skip this posting");
  }
  std::map<std::string, Decimal> taken;
  auto siblings = reader.postings_of(row.connection, row.source_id);
  if (!siblings) return domain::fail(siblings.error());
  for (const PostingRow& sibling : *siblings) {
    if (sibling.kind != PostingKind::goods_delivery || sibling.key == row.key || sibling.body.empty()) continue;
    if (sibling.state != PostingState::posted && !sibling.in_doubt) continue;
    auto body = json::parse(sibling.body);
    if (!body) return domain::fail(body.error());
    for (const Value& line : (*body)["GoodsDeliveryLines"].array()) {
      taken[line["SalesOrderLineID"].text_or("")] += line["QuantityDelivered"].decimal().value_or(Decimal());
    }
  }
  Value lines{json::Array{}};
  for (const DocumentLine& wanted : document.lines) {
    Decimal left = wanted.quantity;
    for (std::size_t i = 0; i < placed.size() && !left.is_zero(); ++i) {
      const DocumentLine& ordered = order_document->lines[i];
      if (!same_order_line(ordered, wanted)) continue;
      const Decimal room = placed[i].quantity - taken[placed[i].id];
      if (room <= Decimal()) continue;
      const Decimal part = std::min(room, left);
      Value line{json::Object{}};
      line.set("SalesOrderLineID", placed[i].id);
      line.set("QuantityDelivered", part);
      if (!document.tracking_number.empty()) line.set("TrackingNumber", document.tracking_number);
      lines.push_back(std::move(line));
      taken[placed[i].id] += part;
      left -= part;
    }
    if (!left.is_zero()) {
      return domain::fail(Cause::changed_by_person,
                          "SKU \"" + wanted.sku + "\": more was shipped than the sales order in Exact has left");
    }
  }
  Value body{json::Object{}};
  if (const auto date = domain::date_in_exact(document)) body.set("DeliveryDate", exact_date(*date));
  body.set("Description", document.reference);
  if (!document.tracking_number.empty()) body.set("TrackingNumber", document.tracking_number);
  body.set("GoodsDeliveryLines", std::move(lines));
  return body;
}

Result<Value> invoicing_body(Reader& reader, References& references, const PostingRow& row,
                             const domain::ConnectionSettings& settings) {
  auto delivery = reader.posting(row.connection, row.depends_on);
  if (!delivery) return domain::fail(delivery.error());
  if (!*delivery)
    return domain::fail(Cause::waiting_for_dependency, "the delivery " + row.depends_on + " is not posted yet");
  auto delivered = document_of(**delivery);
  if (!delivered) return domain::fail(delivered.error());
  auto order = posted_order(reader, row.connection, delivered->depends_on);
  if (!order) return domain::fail(order.error());
  auto journal = references.sales_journal(settings);
  if (!journal) return domain::fail(journal.error());
  Value body{json::Object{}};
  body.set("CreateMode", 1);   // per order
  body.set("InvoiceMode", 0);  // by quantity delivered
  body.set("Mode", 1);         // in the background: the only mode since October 2026 (exact.md 4.6)
  if (!journal->empty()) body.set("JournalCode", *journal);
  if (const auto number = Value(json::Number{(*delivery)->target_number}).integer())
    body.set("DeliveryNumber", *number);
  Value id{json::Object{}};
  id.set("ID", order->target_id);
  Value ids{json::Array{}};
  ids.push_back(std::move(id));
  body.set("SalesOrderIDs", std::move(ids));
  return body;
}

Result<Value> processing_body(Reader& reader, const PostingRow& row, const Document& document) {
  auto invoice = reader.posting(row.connection, row.depends_on);
  if (!invoice) return domain::fail(invoice.error());
  if (!*invoice || (*invoice)->target_id.empty()) {
    return domain::fail(Cause::waiting_for_dependency, "the invoice to be processed is not posted yet");
  }
  Value body{json::Object{}};
  body.set("InvoiceID", (*invoice)->target_id);
  const auto date = domain::date_in_exact(document);
  if (date && !domain::mutated(domain::Mutation::processed_without_date)) {
    auto calendar = read_period_calendar(reader, row.connection);
    if (!calendar) return domain::fail(calendar.error());
    const domain::FinancialPeriod* period = calendar->period_of(*date);
    body.set("InvoiceDate", exact_date(*date));
    body.set("ReportingPeriod", period != nullptr ? period->number : static_cast<int>(unsigned{date->month()}));
    body.set("ReportingYear", period != nullptr ? period->year : int{date->year()});
  }
  body.set("SendEmailToCustomer", false);
  body.set("SendInvoiceToCustomerPostbox", false);
  body.set("SendOutputBasedOnAccount", false);
  return body;
}

/// The quantities the sales order's lines shall have: what the change document says is cancelled is taken away.
Result<Value> order_change_body(Reader& reader, const PostingRow& row, const Document& document) {
  auto order = posted_order(reader, row.connection, document.depends_on);
  if (!order) return domain::fail(order.error());
  auto order_document = document_of(*order);
  if (!order_document) return domain::fail(order_document.error());
  auto placed = placed_order_lines(order->target_data);
  if (placed.size() != order_document->lines.size()) {
    return domain::fail(Cause::changed_by_person,
                        "the sales order " + order->target_number + " in Exact has other lines than were posted");
  }
  std::vector<DocumentLine> cancelled_lines = document.lines;
  auto siblings = reader.postings_of(row.connection, row.source_id);
  if (!siblings) return domain::fail(siblings.error());
  for (const PostingRow& sibling : *siblings) {
    if (sibling.kind != PostingKind::sales_order_change || sibling.key == row.key) continue;
    if (sibling.state != PostingState::posted && !sibling.in_doubt) continue;
    auto earlier = document_of(sibling);
    if (!earlier) return domain::fail(earlier.error());
    if (earlier->depends_on != document.depends_on) continue;
    cancelled_lines.insert(cancelled_lines.end(), earlier->lines.begin(), earlier->lines.end());
  }
  for (const DocumentLine& cancelled : cancelled_lines) {
    Decimal left = cancelled.quantity.abs();
    // From the last line backwards: deliveries take from the front.
    for (std::size_t i = placed.size(); i-- > 0 && !left.is_zero();) {
      const DocumentLine& ordered = order_document->lines[i];
      if (!same_order_line(ordered, cancelled)) continue;
      const Decimal part = std::min(placed[i].quantity, left);
      placed[i].quantity -= part;
      left -= part;
    }
  }
  Value body{json::Object{}};
  body.set("OrderID", order->target_id);
  body.set("Lines", to_json(placed));
  return body;
}

}  // namespace

std::string customer_code(const domain::ConnectionSettings& settings) {
  return settings.customer_account.empty() ? std::string(kDefaultCustomerName) : settings.customer_account;
}

Value to_json(const std::vector<PlacedOrderLine>& lines) {
  Value list{json::Array{}};
  for (const auto& line : lines) {
    Value entry{json::Object{}};
    entry.set("id", line.id);
    entry.set("quantity", line.quantity);
    entry.set("net_price", line.net_price);
    list.push_back(std::move(entry));
  }
  return list;
}

std::vector<PlacedOrderLine> placed_order_lines(const std::string& target_data) {
  std::vector<PlacedOrderLine> lines;
  auto parsed = json::parse(target_data.empty() ? "{}" : target_data);
  if (!parsed) return lines;
  for (const Value& line : (*parsed)["lines"].array()) {
    lines.push_back({line["id"].text_or(""), line["quantity"].decimal().value_or(Decimal()),
                     line["net_price"].decimal().value_or(Decimal())});
  }
  return lines;
}

Result<void> check_codes(Reader& reader, store::ConnectionId connection, const Document& document) {
  auto items_read = reader.watermark(connection, "reference/item");
  if (!items_read) return domain::fail(items_read.error());
  if (!*items_read) return {};
  References references(reader, connection);
  for (const DocumentLine& line : document.lines) {
    if (auto built = sales_line(references, line, document.kind != PostingKind::sales_order); !built)
      return domain::fail(built.error());
  }
  if (document.warehouse.empty()) return {};
  if (auto known = references.warehouse(document.warehouse); !known) return domain::fail(known.error());
  return {};
}

engine::Freezer exact_freezer(std::shared_ptr<const domain::ConnectionSettings> settings) {
  auto kept = std::make_shared<std::optional<References>>();
  return [settings, kept](Reader& reader, PostingRow& row) -> Result<std::string> {
    auto document = document_of(row);
    if (!document) return domain::fail(document.error());
    if (!*kept || !(*kept)->is_of(reader, row.connection)) kept->emplace(reader, row.connection);
    References& references = **kept;
    if (!document->in_summary) {
      if (auto open = references.period(*document); !open) return domain::fail(open.error());
    }
    if (row.kind == PostingKind::daily_invoice || document->in_summary) {
      const ShareCheck check = [&](const Document& share) -> Result<void> {
        auto built = invoice_body(references, share, *settings);
        if (!built) return domain::fail(built.error());
        return {};
      };
      if (document->in_summary) return share_body(reader, row, *document, check);
      document = frozen_summary(reader, row, check);
      if (!document) return domain::fail(document.error());
      row.document = json::write(to_json(*document));
      row.total = document->total;
    }
    Result<Value> body = domain::fail(Cause::bad_input, "postings of this kind are not sent to Exact");
    switch (row.kind) {
      case PostingKind::customer_account: {
        Value account{json::Object{}};
        account.set("Name", document->description);
        account.set("Status", "C");
        account.set("IsSales", true);
        body = std::move(account);
        break;
      }
      case PostingKind::sales_order:
        body = order_body(references, *document, *settings);
        break;
      case PostingKind::sales_order_change:
        body = order_change_body(reader, row, *document);
        break;
      case PostingKind::goods_delivery:
        body = delivery_body(reader, row, *document);
        break;
      case PostingKind::sales_invoice:
        body = row.depends_on.starts_with("delivery/") ? invoicing_body(reader, references, row, *settings)
                                                       : invoice_body(references, *document, *settings);
        break;
      case PostingKind::credit_memo:
        body = credit_body(reader, references, row, *document, *settings);
        break;
      case PostingKind::daily_invoice:
        body = invoice_body(references, *document, *settings);
        break;
      case PostingKind::invoice_processing:
        body = processing_body(reader, row, *document);
        break;
      default:
        break;
    }
    if (!body) return domain::fail(body.error());
    return json::write(*body);
  };
}

}  // namespace connector::flows
