#include "domain/planning.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include "domain/consignments.h"
#include "domain/line_charges.h"
#include "domain/mutation.h"
#include "domain/plan_draft.h"
#include "domain/sales_order_planning.h"
#include "domain/source_contradictions.h"

namespace connector::domain {
namespace {

bool planned_here(PostingKind kind) {
  return kind == PostingKind::sales_order || kind == PostingKind::sales_order_change ||
         kind == PostingKind::goods_delivery || kind == PostingKind::sales_invoice ||
         kind == PostingKind::invoice_processing;
}

/// An order with frozen documents goes on in the mode it began with.
DocumentMode mode_of(const ConnectionSettings& settings, const std::vector<PlannedPosting>& history) {
  DocumentMode mode = settings.document_mode;
  for (const PlannedPosting& posting : history) {
    if (!posting.frozen) continue;
    const Document& document = posting.document;
    const bool sales_order = document.kind == PostingKind::sales_order ||
                             document.kind == PostingKind::goods_delivery ||
                             document.kind == PostingKind::sales_order_change;
    if (sales_order || (document.kind == PostingKind::sales_invoice && !document.depends_on.empty())) {
      return DocumentMode::sales_order_and_invoice;
    }
    if (document.kind == PostingKind::sales_invoice) {
      mode = document.in_summary ? DocumentMode::daily_summary
             : document.direct   ? DocumentMode::direct_invoice
                                 : DocumentMode::invoice_only;
    }
  }
  return mode;
}

/// Plans one order; used once.
class OrderPlanner : private PlanDraft {
 public:
  OrderPlanner(const PurchaseOrder& order, const Mapping& mapping, const ConnectionSettings& settings,
               const std::vector<PlannedPosting>& history)
      : PlanDraft(history),
        order_(order),
        mapping_(mapping),
        settings_(settings),
        mode_(mode_of(settings, history)),
        zone_known_(date_in_zone(order.order_time, settings.booking_zone).has_value()) {}

  Plan plan() {
    read_lines();
    if (mode_ == DocumentMode::sales_order_and_invoice) plan_sales_orders();
    const bool by_warehouse = mode_ == DocumentMode::direct_invoice;
    const auto consignments =
        consignments_of(order_.purchase_order_id, lines_, by_warehouse,
                        mutated(Mutation::dates_of_utc) ? "UTC" : settings_.booking_zone, history_);
    for (const Consignment& consignment : consignments) plan_consignment(consignment);
    return published([](const Document& former) { return planned_here(former.kind); });
  }

 private:
  std::string review_key() const { return "review/" + order_.purchase_order_id; }

  const PlannedLine* line(const std::string& line_number) const {
    const auto found = std::find_if(lines_.begin(), lines_.end(), [&line_number](const PlannedLine& planned) {
      return planned.line->line_number == line_number;
    });
    return found == lines_.end() ? nullptr : &*found;
  }

  void read_lines() {
    lines_.reserve(order_.lines.size());
    for (const OrderLine& order_line : order_.lines) {
      if (line(order_line.line_number) != nullptr) {
        problem(Cause::unexpected_source_data, review_key(),
                fmt::format("order {} has line {} twice; the second is not posted: look the order up at Walmart",
                            order_.purchase_order_id, order_line.line_number));
        continue;
      }
      lines_.push_back({&order_line, LineCharges(order_, order_line, mapping_, settings_)});
      for (PlanningProblem& found : contradictions_of(order_.purchase_order_id, order_line, history_)) {
        problems_.push_back(std::move(found));
      }
    }
  }

  Document document(PostingKind kind, std::string key, std::string reference, std::string currency) const {
    Document made;
    made.kind = kind;
    made.key = std::move(key);
    made.reference = std::move(reference);
    made.purchase_order_id = order_.purchase_order_id;
    made.customer_order_id = order_.customer_order_id;
    made.currency = std::move(currency);
    made.description = "Walmart order " + order_.purchase_order_id;
    return made;
  }

  /// Sums the document up and makes it part of the plan.
  void hold_unmapped(const Document& made) {
    std::set<std::pair<std::string, std::string>> named;
    for (const DocumentLine& unmapped : made.lines) {
      if (!unmapped.exact_item.empty() || !named.emplace(unmapped.sku, unmapped.line_number).second) continue;
      const std::string where = unmapped.line_number.empty() ? "" : " of order line " + unmapped.line_number;
      problem(Cause::mapping_error, made.key,
              fmt::format("no mapping row names an Exact item for {}{}: add a row with sku {} and an exact_item",
                          unmapped.sku, where, unmapped.sku));
    }
  }

  void hold_mixed_currencies(const Document& made) {
    for (const CoveredUnits& units : made.covers) {
      const PlannedLine* planned = line(units.line_number);
      if (planned == nullptr || !planned->charges.mixes_currencies()) continue;
      problem(Cause::unexpected_source_data, made.key,
              fmt::format("order line {} has charges in several currencies, which cannot be one document: post it by "
                          "hand and skip this posting",
                          units.line_number));
    }
  }

  void hold_undated(const Document& made) {
    if (made.date) return;
    if (!zone_known_) {
      problem(Cause::bad_input, made.key,
              fmt::format("the setting booking_zone names no known time zone: \"{}\"", settings_.booking_zone));
    } else {
      problem(Cause::unexpected_source_data, made.key,
              fmt::format("Walmart tells neither ship time nor status time for what left of order {}, so there is no "
                          "invoice date",
                          order_.purchase_order_id));
    }
  }

  std::string reference(int ordinal) const {
    const std::string first = settings_.reference_prefix + order_.purchase_order_id;
    return ordinal == 1 ? first : fmt::format("{}-{}", first, ordinal);
  }

  // Sales orders

  bool time_for_sales_order() const {
    if (settings_.sales_order_moment == SalesOrderMoment::created) return true;
    return std::any_of(order_.lines.begin(), order_.lines.end(), [](const OrderLine& order_line) {
      return std::any_of(order_line.statuses.begin(), order_line.statuses.end(), [](const QuantityStatus& part) {
        const bool is_early = part.status == LineStatus::acknowledged && !mutated(Mutation::ordered_when_shipped);
        return part.quantity > Decimal() && (is_early || has_left(part.status));
      });
    });
  }

  void plan_sales_orders() {
    std::vector<std::string> currencies;
    for (const PlannedLine& planned : lines_) {
      const std::string& currency = planned.charges.currency();
      if (std::find(currencies.begin(), currencies.end(), currency) == currencies.end()) currencies.push_back(currency);
    }
    for (const std::string& currency : currencies) {
      const std::string key = sales_order_key(order_, lines_, currency);
      if (is_frozen(key)) {
        sales_orders_.push_back({known(key)->document, true});
      } else if (time_for_sales_order()) {
        plan_sales_order(key, currency);
      }
    }
    for (const SalesOrder& sales_order : sales_orders_) {
      if (sales_order.frozen) plan_sales_order_change(sales_order.document);
    }
  }

  void plan_sales_order(const std::string& key, const std::string& currency) {
    std::string order_reference = reference(1);
    if (key != "order/" + order_.purchase_order_id) order_reference += "-" + currency;
    Document made = document(PostingKind::sales_order, key, std::move(order_reference), currency);
    const auto date = date_in_zone(order_.order_time, settings_.booking_zone);
    if (date) made.date = *date;
    fill_sales_order(made, lines_);
    if (made.lines.empty()) return;
    made.warehouse = common_warehouse(made);
    hold_unmapped(made);
    hold_mixed_currencies(made);
    hold_undated(made);
    sales_orders_.push_back({made, false});
    want(std::move(made));
  }

  /// A sales order names its warehouse once for all lines.
  std::string common_warehouse(const Document& sales_order) {
    std::set<std::string> warehouses;
    for (const CoveredUnits& units : sales_order.covers)
      warehouses.insert(line(units.line_number)->charges.warehouse());
    if (warehouses.size() <= 1) return warehouses.empty() ? "" : *warehouses.begin();
    problem(Cause::missing_warehouse, review_key(),
            fmt::format("the lines of {} leave several warehouses but a sales order has one; Exact's default is used",
                        sales_order.key));
    return "";
  }

  void plan_sales_order_change(const Document& sales_order) {
    std::vector<std::pair<int, const PlannedPosting*>> changes;
    int last = changes_planned_;
    for (const PlannedPosting& posting : history_) {
      const auto ordinal = ordinal_of(posting.document.key, "order-change", order_.purchase_order_id);
      if (!ordinal) continue;
      last = std::max(last, *ordinal);
      if (posting.document.depends_on == sales_order.key) changes.emplace_back(*ordinal, &posting);
    }
    std::sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<const Document*> frozen;
    std::optional<int> reusable;
    for (const auto& [ordinal, posting] : changes) {
      if (posting->frozen) {
        frozen.push_back(&posting->document);
      } else if (!reusable) {
        reusable = ordinal;
      }
    }
    SalesOrderChange change = change_of(sales_order, frozen, lines_);
    if (change.covers.empty()) return;
    if (!reusable) changes_planned_ = last + 1;
    Document made = document(PostingKind::sales_order_change,
                             ordinal_key("order-change", order_.purchase_order_id, reusable.value_or(last + 1)),
                             sales_order.reference, sales_order.currency);
    made.depends_on = sales_order.key;
    made.lines = std::move(change.lines);
    made.covers = std::move(change.covers);
    if (!hold_behind_skipped(made.key, sales_order.key) && !change.matches) {
      hold_changed_since(made, sales_order);
    }
    want(std::move(made));
  }

  void hold_changed_since(const Document& held, const Document& sales_order) {
    if (auto charges = changed_charges(held, sales_order)) {
      problem(Cause::unexpected_source_data, held.key,
              fmt::format("{}, so its lines cannot be told: do it by hand in Exact, at the price that is right, and "
                          "skip this posting",
                          *charges));
      return;
    }
    problem(Cause::mapping_error, held.key,
            fmt::format("mapping, kits or settings changed since {} was sent, so its lines cannot be told: undo the "
                        "change until this order is done, or do it by hand and skip this posting",
                        sales_order.key));
  }

  /// What the charges of an order line come to for the units that a sales order has of it.
  Decimal charged(const OrderLine& order_line, const Document& sales_order, const ConnectionSettings& settings) const {
    const LineCharges charges(order_, order_line, mapping_, settings);
    Decimal sum;
    for (const CoveredUnits& units : sales_order.covers) {
      if (units.line_number != order_line.line_number) continue;
      for (const DocumentLine& charge : charges.order_lines(units.from, units.to)) sum += charge.amount;
    }
    return sum;
  }

  /// Whether the charges of an order line come to `amount` under some settings: then those were changed.
  bool comes_to(Decimal amount, const OrderLine& order_line, const Document& sales_order) const {
    ConnectionSettings other = settings_;
    for (const TaxPolicy policy : {TaxPolicy::exclude, TaxPolicy::clearing_account, TaxPolicy::include}) {
      for (const ChargeReading reading : {ChargeReading::line_total, ChargeReading::per_unit}) {
        for (const ReplacementPrices prices : {ReplacementPrices::as_charged, ReplacementPrices::zero}) {
          other.tax_policy = policy;
          other.charge_reading = reading;
          other.replacement_prices = prices;
          if (charged(order_line, sales_order, other) == amount) return true;
        }
      }
    }
    return false;
  }

  /// Says which of the held document's order lines Walmart charges otherwise than when the sales order was sent.
  std::optional<std::string> changed_charges(const Document& held, const Document& sales_order) const {
    for (const CoveredUnits& units : held.covers) {
      const PlannedLine* planned = line(units.line_number);
      if (planned == nullptr || planned->charges.mixes_currencies()) continue;
      Decimal ordered;
      for (const DocumentLine& known_line : sales_order.lines) {
        if (known_line.line_number == units.line_number) ordered += known_line.amount;
      }
      if (comes_to(ordered, *planned->line, sales_order)) continue;
      const int digits = minor_digits(sales_order.currency);
      return fmt::format("Walmart charges {} {} for order line {} now, and {} when {} was sent",
                         charged(*planned->line, sales_order, settings_).to_fixed(digits), sales_order.currency,
                         units.line_number, ordered.to_fixed(digits), sales_order.key);
    }
    return std::nullopt;
  }

  // Deliveries, invoices and their processing

  void plan_consignment(const Consignment& consignment) {
    const std::string invoice_key = ordinal_key("invoice", order_.purchase_order_id, consignment.ordinal);
    if (mode_ == DocumentMode::sales_order_and_invoice) {
      // That its invoice was skipped does not bring the goods back.
      const bool to_deliver = was_skipped(invoice_key) && known(delivery_key(consignment)) != nullptr;
      if (!is_frozen(invoice_key) || to_deliver) plan_delivery_and_invoice(consignment, invoice_key);
    } else if (!is_frozen(invoice_key)) {
      plan_invoice(consignment, invoice_key);
    }
    plan_processing(consignment, invoice_key);
  }

  void plan_invoice(const Consignment& consignment, const std::string& key) {
    Document made = document(PostingKind::sales_invoice, key, reference(consignment.ordinal), consignment.currency);
    made.date = consignment.date;
    made.direct = mode_ == DocumentMode::direct_invoice;
    made.in_summary = mode_ == DocumentMode::daily_summary;
    made.warehouse = consignment.warehouse;
    made.covers = consignment.covers;
    Decimal tax;
    for (const CoveredUnits& units : consignment.covers) {
      const PlannedLine* planned = line(units.line_number);
      if (planned == nullptr) continue;
      for (DocumentLine& document_line : planned->charges.invoice_lines(units.from, units.to)) {
        if (!made.direct) document_line.warehouse.clear();
        made.lines.push_back(std::move(document_line));
      }
      tax += planned->charges.clearing_tax(units.from, units.to);
    }
    if (!tax.is_zero()) made.lines.push_back(clearing_tax_line(mapping_, tax));
    hold_unmapped(made);
    hold_mixed_currencies(made);
    hold_undated(made);
    if (made.direct && made.warehouse.empty()) {
      problem(Cause::missing_warehouse, key,
              fmt::format("no warehouse is mapped for what left of order {}, but a direct invoice needs one: map ship "
                          "node \"{}\" or give the SKU's row a warehouse",
                          order_.purchase_order_id, order_.ship_node));
    }
    want(std::move(made));
  }

  const SalesOrder* sales_order_in(const std::string& currency) const {
    const auto found = std::find_if(sales_orders_.begin(), sales_orders_.end(),
                                    [&](const SalesOrder& s) { return s.document.currency == currency; });
    return found == sales_orders_.end() ? nullptr : &*found;
  }

  std::string delivery_key(const Consignment& consignment) const {
    return ordinal_key("delivery", order_.purchase_order_id, consignment.ordinal);
  }

  void plan_delivery_and_invoice(const Consignment& consignment, const std::string& invoice_key) {
    Document made = document(PostingKind::goods_delivery, delivery_key(consignment), reference(consignment.ordinal),
                             consignment.currency);
    const std::string key = made.key;
    made.date = consignment.date;
    made.covers = consignment.covers;
    made.tracking_number = fmt::format("{}", fmt::join(consignment.tracking_numbers, ", "));
    if (consignment.fixed && known(key) != nullptr) made.tracking_number = known(key)->document.tracking_number;
    for (const CoveredUnits& units : consignment.covers) {
      const PlannedLine* planned = line(units.line_number);
      if (planned == nullptr) continue;
      for (DocumentLine& document_line : planned->charges.order_lines(units.from, units.to)) {
        made.lines.push_back(std::move(document_line));
      }
    }
    const SalesOrder* sales_order = sales_order_in(consignment.currency);
    if (sales_order != nullptr) made.depends_on = sales_order->document.key;
    const bool skipped = hold_behind_skipped(key, made.depends_on);
    if (!skipped && (sales_order == nullptr || sales_order->frozen)) refer_to_sales_order(made, sales_order);
    hold_undated(made);

    Document invoice = made;
    invoice.kind = PostingKind::sales_invoice;
    invoice.key = invoice_key;
    invoice.depends_on = key;
    invoice.tracking_number.clear();
    if (!hold_behind_skipped(invoice_key, key)) hold_behind_skipped(invoice_key, made.depends_on);
    if (!is_frozen(key)) {
      want(std::move(made));
    } else {
      // What was delivered is what is invoiced.
      invoice.lines = known(key)->document.lines;
    }
    want(std::move(invoice));
  }

  void refer_to_sales_order(Document& delivery, const SalesOrder* sales_order) {
    if (sales_order == nullptr) {
      problem(Cause::mapping_error, delivery.key,
              fmt::format("no sales order in {} was planned for what left: deliver it by hand and skip this posting",
                          delivery.currency));
      return;
    }
    auto lines = as_on_sales_order(sales_order->document, delivery.lines);
    if (!lines) {
      hold_changed_since(delivery, sales_order->document);
      return;
    }
    delivery.lines = std::move(*lines);
    const auto& ordered = sales_order->document.covers;
    for (const CoveredUnits& units : delivery.covers) {
      const bool on_order = std::any_of(ordered.begin(), ordered.end(), [&units](const CoveredUnits& other) {
        return other.line_number == units.line_number && units.to <= other.to;
      });
      if (on_order) continue;
      problem(Cause::unexpected_source_data, delivery.key,
              fmt::format("more of order line {} has left than {} has: enlarge the sales order in Exact or deliver by "
                          "hand, then skip this posting",
                          units.line_number, sales_order->document.key));
    }
  }

  /// Invoices that were sent before the setting was made stay open for the person who expects them so.
  void plan_processing(const Consignment& consignment, const std::string& invoice_key) {
    // A day's invoice is processed as a whole.
    if (mode_ == DocumentMode::daily_summary) return;
    if (settings_.invoice_completion != InvoiceCompletion::process_with_ship_date) return;
    const std::string key = ordinal_key("processing", order_.purchase_order_id, consignment.ordinal);
    if (is_frozen(invoice_key) && known(key) == nullptr) return;
    // Who books an invoice by hand processes it too.
    if (was_skipped(invoice_key)) return;
    Document made =
        document(PostingKind::invoice_processing, key, reference(consignment.ordinal), consignment.currency);
    made.date = consignment.date;
    made.depends_on = invoice_key;
    want(std::move(made));
  }

  const PurchaseOrder& order_;
  const Mapping& mapping_;
  const ConnectionSettings& settings_;
  const DocumentMode mode_;
  const bool zone_known_;
  std::vector<PlannedLine> lines_;
  std::vector<SalesOrder> sales_orders_;
  int changes_planned_ = 0;
};

}  // namespace

Plan plan_order(const PurchaseOrder& order, const Mapping& mapping, const ConnectionSettings& settings,
                const std::vector<PlannedPosting>& history) {
  return plan_within_reason(order, "amounts or quantities beyond all reason; nothing is posted",
                            [&] { return OrderPlanner(order, mapping, settings, history).plan(); });
}

Plan plan_within_reason(const PurchaseOrder& order, std::string_view what, const std::function<Plan()>& make) {
  static const Decimal most = Decimal::from_integer(10'000'000'000);
  try {
    Plan plan = make();
    const bool is_bounded = std::all_of(plan.documents.begin(), plan.documents.end(),
                                        [](const Document& document) { return document.total.abs() <= most; });
    if (is_bounded) return plan;
  } catch (const std::overflow_error&) {  // told below
  }
  Plan nothing;
  nothing.problems.push_back({Cause::unexpected_source_data, "review/" + order.purchase_order_id,
                              fmt::format("order {} has {}", order.purchase_order_id, what)});
  return nothing;
}

}  // namespace connector::domain
