#include "flows/reconciliation.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "domain/allocation.h"
#include "domain/booked_orders.h"
#include "domain/credit_bookings.h"
#include "domain/credit_ledger.h"
#include "domain/credit_matching.h"
#include "domain/credit_planning.h"
#include "domain/daily_summary.h"
#include "domain/planning.h"
#include "domain/refund_facts.h"
#include "flows/document_json.h"
#include "flows/posting_states.h"

namespace connector::flows {

using domain::Date;
using domain::Decimal;
using domain::Document;
using domain::PostingKind;
using domain::PurchaseOrder;
using store::PostingRow;
using store::PostingState;

namespace {

/// "WM-D20261123-USD-2" is a day's invoice; its group is the day and currency, whatever number it has.
std::optional<std::string> day_group(std::string_view reference, const std::string& prefix) {
  constexpr std::size_t size = std::string_view("D20261123-USD").size();
  if (!domain::day_of(reference, prefix) || reference.size() < prefix.size() + size) return std::nullopt;
  return std::string(reference.substr(0, prefix.size() + size));
}

/// The purchase order in a reference: the digits behind the prefix.
std::string order_in(std::string_view reference, const std::string& prefix) {
  if (!reference.starts_with(prefix)) return {};
  const std::string_view rest = reference.substr(prefix.size());
  return std::string(rest.substr(0, rest.find('-')));
}

/// An invoice that takes a credit memo back: "WM-1796277083022-R1".
bool is_reversal(std::string_view reference, const std::string& order, const std::string& prefix) {
  return reference.substr(std::min(reference.size(), prefix.size() + order.size())).starts_with("-R");
}

/// "Orders: 1796277083022 12.34, 1796277083023 5.00" as the connector writes it.
std::vector<std::string> orders_in_remarks(std::string_view remarks) {
  std::vector<std::string> orders;
  const auto colon = remarks.find("Orders: ");
  std::size_t position = colon == std::string_view::npos ? remarks.size() : colon + 8;
  while (position < remarks.size()) {
    std::size_t end = remarks.find(", ", position);
    if (end == std::string_view::npos) end = remarks.size();
    const std::string_view entry = remarks.substr(position, end - position);
    orders.emplace_back(entry.substr(0, entry.find(' ')));
    position = end + 2;
  }
  return orders;
}

struct Side {
  Decimal quantity;
  Decimal amount;
};

struct Cell {
  std::string sku;
  Side walmart;
  Side exact;
};

/// The items into which a SKU was turned.
struct KitParts {
  std::set<std::string> items;
  Decimal units;  ///< of all items
};

/// All that belongs together: an order, or the invoices of one day.
struct Group {
  std::string source;
  std::string currency;
  std::map<std::string, Cell> cells;     ///< by item
  std::map<std::string, KitParts> kits;  ///< by SKU; with one item it is no kit
  std::vector<const BookedDocument*> booked;
  std::vector<const BookedDocument*> elsewhere;  ///< dated outside the period
  Decimal refunds;                               ///< expected of credit notes
  std::set<std::string> orders;
  Decimal of_other_days;  ///< of orders in a day's invoice that did not leave in the period
};

/// An order in a day's invoice, with the day on which its part left: where that one's period is closed, an earlier one.
struct DayMember {
  std::string purchase_order_id;
  std::string left_on;
  Decimal total;
};

class Comparison {
 public:
  explicit Comparison(const ReconciliationInput& input) : input_(input), settings_(input.settings) {
    result_.period = input.period;
    result_.notes = input.notes;
    // What is due does not depend on how it is sent; invoices alone are the plainest form.
    settings_.document_mode = domain::DocumentMode::invoice_only;
    settings_.invoice_completion = domain::InvoiceCompletion::leave_open;
  }

  Reconciliation run() {
    for (const PurchaseOrder& order : input_.orders) {
      known_.emplace(order.purchase_order_id, &order);
      plan(order);
    }
    group_documents();
    for (const PurchaseOrder& order : input_.orders) expect(order);
    for (const auto& [purchase_order, why] : input_.unreadable) unreadable(purchase_order, why);
    for (auto& [key, group] : groups_) settle(group);
    for (auto& [currency, sums] : sums_) {
      sums.currency = currency;
      sums.difference = sums.exact - sums.walmart;
      result_.currencies.push_back(std::move(sums));
    }
    return std::move(result_);
  }

 private:
  /// The invoices of all that left, whatever its day.
  void plan(const PurchaseOrder& order) {
    std::vector<Document>& invoices = invoices_[order.purchase_order_id];
    for (Document& document : domain::plan_order(order, input_.mapping, settings_, {}).documents) {
      if (document.kind != PostingKind::sales_invoice) continue;
      if (in_period(document) && !is_left_alone(order)) shipped_.insert(order.purchase_order_id);
      invoices.push_back(std::move(document));
    }
  }
  bool in_period(const Document& document) const { return !document.date || input_.period.contains(*document.date); }
  /// What was placed before go_live is none of these books, unless it was begun before go_live was moved past it.
  bool is_left_alone(const PurchaseOrder& order) const {
    return domain::is_before_go_live(order, settings_) && !has_begun(postings_of(order.purchase_order_id));
  }

  Group& group(const std::string& source, const std::string& currency) {
    Group& found = groups_[{source, currency}];
    found.source = source;
    found.currency = currency;
    return found;
  }

  /// The date that counts: the official one, else that under which it was posted, else the one it carries.
  std::optional<Date> date_of(const BookedDocument& document, const std::string& source) const {
    if (document.processed && document.invoice_date) return document.invoice_date;
    const auto rows = input_.postings.find(source);
    if (rows != input_.postings.end()) {
      for (const PostingRow& row : rows->second) {
        if (row.target_id != document.id || row.document_date.empty()) continue;
        if (row.kind == PostingKind::sales_order || row.kind == PostingKind::goods_delivery) continue;
        if (auto date = domain::parse_date(row.document_date)) return *date;
      }
    }
    return document.order_date ? document.order_date : document.invoice_date;
  }

  /// A day's invoice stands under its day.
  std::string posting_source_of(const std::string& source) const {
    const auto day = domain::day_of(source, settings_.reference_prefix);
    return day ? domain::to_iso8601(*day) : source;
  }

  std::string source_of(const BookedDocument& document) const {
    const auto day = day_group(document.reference, settings_.reference_prefix);
    return day ? *day : order_in(document.reference, settings_.reference_prefix);
  }

  std::string day_of_share(const domain::SummaryMember& member, const std::string& day) const {
    for (const PostingRow& row : postings_of(member.purchase_order_id)) {
      if (row.key != member.key) continue;
      const auto share = document_of(row);
      return share && share->date ? domain::to_iso8601(*share->date) : day;
    }
    return day;
  }

  /// The orders in the invoice of `day`: as it was sent, or, where that is not known, as its remarks list them.
  std::vector<DayMember> members_of(const BookedDocument& document, const std::string& day) const {
    std::vector<DayMember> members;
    for (const PostingRow& row : postings_of(day)) {
      if (row.kind != PostingKind::daily_invoice || row.target_id != document.id) continue;
      const auto sent = document_of(row);
      if (!sent) continue;
      for (const domain::SummaryMember& member : sent->members) {
        members.push_back({member.purchase_order_id, day_of_share(member, day), member.total});
      }
    }
    if (!members.empty()) return members;
    for (const std::string& order : orders_in_remarks(document.remarks)) members.push_back({order, day, {}});
    return members;
  }

  void group_documents() {
    for (const BookedDocument& document : input_.documents) {
      const std::string source = source_of(document);
      if (source.empty()) continue;
      const std::string posted_under = posting_source_of(source);
      const auto date = date_of(document, posted_under);
      const bool inside = date && input_.period.contains(*date);
      Group& into = group(source, document.currency);
      const bool corrects = document.credit || is_reversal(document.reference, source, settings_.reference_prefix);
      if (domain::day_of(document.reference, settings_.reference_prefix)) {
        for (const DayMember& member : members_of(document, posted_under)) {
          in_day_[{member.purchase_order_id, document.currency, member.left_on}] = source;
          const auto left_on = domain::parse_date(member.left_on);
          if (inside && left_on && !input_.period.contains(*left_on)) into.of_other_days += member.total;
        }
      }
      // What went back of an order is compared as a whole, in the period in which it left.
      if (!inside && !(corrects && shipped_.contains(source))) {
        if (!corrects) into.elsewhere.push_back(&document);
        continue;
      }
      into.booked.push_back(&document);
      ++result_.documents;
    }
  }

  /// Whether Exact shows amounts of credit notes with a sign is told by their sum, which is never against the customer,
  /// or, where a fee keeps all, by the first line (exact.md 4.5).
  static bool is_told_positive(const BookedDocument& credit) {
    Decimal total;
    for (const BookedLine& line : credit.lines) total += line.amount;
    if (!total.is_zero()) return !total.is_negative();
    const auto first = std::find_if(credit.lines.begin(), credit.lines.end(),
                                    [](const BookedLine& line) { return !line.amount.is_zero(); });
    return first == credit.lines.end() || !first->amount.is_negative();
  }

  void add_booked(Group& into, const BookedDocument& document) {
    const bool is_negative = document.credit && is_told_positive(document);
    for (const BookedLine& line : document.lines) {
      Cell& cell = into.cells[line.item];
      cell.exact.quantity += document.credit ? -line.quantity.abs() : line.quantity;
      cell.exact.amount += is_negative ? -line.amount : line.amount;
    }
  }

  Decimal tax_left_out(const PurchaseOrder& order, const domain::CoveredUnits& units) const {
    if (settings_.tax_policy != domain::TaxPolicy::exclude) return {};
    Decimal tax;
    for (const domain::OrderLine& line : order.lines) {
      if (line.line_number != units.line_number || line.quantity <= Decimal()) continue;
      for (const domain::Charge& charge : line.charges) {
        if (!charge.tax) continue;
        Decimal whole = *charge.tax;
        if (settings_.charge_reading == domain::ChargeReading::per_unit) whole = whole * line.quantity;
        tax += domain::allocated(whole, line.quantity, units.from, units.to, domain::minor_digits(charge.currency));
      }
    }
    return tax;
  }

  void expect(const PurchaseOrder& order) {
    if (is_left_alone(order)) return expect_refunds(order);
    for (const Document& document : invoices_[order.purchase_order_id]) {
      if (!in_period(document)) continue;
      std::string source = order.purchase_order_id;
      if (document.date) {
        const auto day = in_day_.find({order.purchase_order_id, document.currency, domain::to_iso8601(*document.date)});
        if (day != in_day_.end()) source = day->second;
      }
      Group& into = group(source, document.currency);
      into.orders.insert(order.purchase_order_id);
      for (const domain::DocumentLine& line : document.lines) {
        Cell& cell = into.cells[line.exact_item];
        if (cell.sku.empty()) cell.sku = line.sku;
        cell.walmart.quantity += line.quantity;
        cell.walmart.amount += line.amount;
        KitParts& kit = into.kits[line.sku];
        kit.items.insert(line.exact_item);
        kit.units += line.quantity;
      }
      ReconciledCurrency& sums = sums_[document.currency];
      sums.walmart_charged += document.total;
      for (const auto& units : document.covers) {
        const Decimal tax = tax_left_out(order, units);
        sums.walmart_charged += tax;
        sums.tax_left_out += tax;
      }
    }
    if (shipped_.contains(order.purchase_order_id)) ++result_.orders;
    expect_refunds(order);
  }

  /// Credit memos that were posted, and what took them back.
  std::vector<domain::PlannedPosting> posted_corrections(const std::string& order) const {
    std::vector<domain::PlannedPosting> posted;
    for (const PostingRow& row : postings_of(order)) {
      const bool corrects = row.kind == PostingKind::credit_memo || domain::is_reversal_key(row.key);
      if (!corrects || row.state != PostingState::posted) continue;
      if (auto document = document_of(row)) posted.push_back({std::move(*document), true});
    }
    return posted;
  }

  static std::vector<domain::SentCredit> credits_among(const std::vector<domain::PlannedPosting>& posted) {
    std::vector<domain::SentCredit> credits;
    for (const domain::PlannedPosting& posting : posted) {
      if (posting.document.kind == PostingKind::credit_memo) credits.emplace_back(posting);
    }
    for (const domain::PlannedPosting& posting : posted) {
      for (domain::SentCredit& credit : credits) {
        if (credit.posting->document.key == posting.document.depends_on) credit.take_back(posting.document);
      }
    }
    return credits;
  }

  /// What the order and its returns tell, as it must be credited.
  std::vector<domain::OpenRefund> open_refunds(const PurchaseOrder& order,
                                               const std::vector<domain::CreditLedger>& ledgers) const {
    std::vector<domain::OpenRefund> refunds;
    for (domain::RefundFact& fact : domain::refunds_of(order, settings_)) {
      const auto line = std::find_if(order.lines.begin(), order.lines.end(), [&fact](const domain::OrderLine& each) {
        return each.line_number == fact.order_line_number;
      });
      if (line == order.lines.end() || line->charges.empty()) continue;
      domain::OpenRefund& refund = refunds.emplace_back();
      refund.line = &*line;
      refund.open = domain::bookings_of(fact, *line, covering(ledgers, *line), settings_);
      refund.units = fact.units;
      refund.is_free = fact.units > Decimal() && refund.open[{line->line_number, ""}].is_zero();
      refund.fact = std::move(fact);
    }
    return refunds;
  }

  /// The first invoice with units left of the line; nullptr if there is none.
  static const Document* covering(const std::vector<domain::CreditLedger>& ledgers, const domain::OrderLine& line) {
    const auto found = std::find_if(ledgers.begin(), ledgers.end(), [&line](const domain::CreditLedger& ledger) {
      return ledger.units_left(line.line_number) > Decimal();
    });
    return found == ledgers.end() ? nullptr : &found->document();
  }

  /// Refunds of orders that are left alone may be none of these books either.
  bool is_left_alone(const PurchaseOrder& order, const domain::RefundFact& refund) const {
    return is_left_alone(order) && domain::is_left_alone(refund.time, settings_);
  }

  /// What the order and its returns tell of refunds; their credit notes name the order. All that went back of an order
  /// that left in the period counts; else what went back on days of the period.
  void expect_refunds(const PurchaseOrder& order) {
    const std::string& id = order.purchase_order_id;
    const bool all_counts = !is_left_alone(order) && shipped_.contains(id);
    std::vector<domain::CreditLedger> ledgers(invoices_[id].begin(), invoices_[id].end());
    const std::vector<domain::OpenRefund> refunds = open_refunds(order, ledgers);
    std::vector<domain::OpenRefund> credited = refunds;
    const auto posted = posted_corrections(id);
    std::vector<domain::SentCredit> credits = credits_among(posted);
    if (!all_counts) domain::match_credits(credited, credits, id, settings_.booking_zone);
    for (std::size_t index = 0; index < refunds.size(); ++index) {
      const domain::OpenRefund& refund = refunds[index];
      if (is_left_alone(order, refund.fact)) continue;
      const Document* invoice = covering(ledgers, *refund.line);
      const auto invoiced = invoice == nullptr ? std::nullopt : invoice->date;
      const auto day = domain::booking_date(refund.fact.time, invoiced, settings_.booking_zone);
      const bool counts = all_counts || (day && input_.period.contains(*day));
      domain::OpenRefund due = refund;
      if (!counts) {
        due.open.clear();
        due.units = Decimal();
      }
      const bool in_parts = move_earlier_parts(due, credited[index], credits, day, counts);
      if (!counts && !in_parts) continue;
      if (in_parts) share_tax(due, refund);
      due.fact.units = due.units;
      expect_refund(order, *refund.line, due.fact, due.open, ledgers);
    }
  }

  /// A return that was refunded in parts tells the time of the last one: an earlier part counts where its credit memo
  /// is dated. Moves to or from what is `due` the parts of which that is said otherwise than of the whole (`counts`, by
  /// its `day`); true if there are any. What no credit memo gave back stays with the whole, so that none is missed.
  bool move_earlier_parts(domain::OpenRefund& due, const domain::OpenRefund& credited,
                          const std::vector<domain::SentCredit>& credits, const std::optional<Date>& day,
                          bool counts) const {
    bool any = false;
    for (const domain::AbsorbedCredit& part : credited.absorbed) {
      const auto given_on = domain::date_in_exact(credits[part.sent].posting->document);
      if (!given_on || !day || *given_on >= *day || input_.period.contains(*given_on) == counts) continue;
      any = true;
      for (const auto& [booking, amount] : part.amounts) due.open[booking] += counts ? -amount : amount;
      due.units += counts ? -part.units : part.units;
    }
    return any;
  }

  /// Tax is told of the whole refund.
  static void share_tax(domain::OpenRefund& due, const domain::OpenRefund& whole) {
    const auto sum_of = [](const domain::Amounts& amounts) {
      Decimal sum;
      for (const auto& [booking, amount] : amounts) sum += amount;
      return sum;
    };
    const Decimal counted = sum_of(due.open);
    const int digits = domain::minor_digits(whole.line->charges.front().currency);
    for (domain::RefundAmount& part : due.fact.amounts) {
      part.tax = domain::split_by_weights(part.tax, {counted, sum_of(whole.open) - counted}, digits).front();
    }
  }

  void expect_refund(const PurchaseOrder& order, const domain::OrderLine& line, const domain::RefundFact& refund,
                     const domain::Amounts& bookings, std::vector<domain::CreditLedger>& ledgers) {
    const std::string& currency = line.charges.front().currency;
    const int digits = domain::minor_digits(currency);
    Group& into = group(order.purchase_order_id, currency);
    into.orders.insert(order.purchase_order_id);
    ReconciledCurrency& sums = sums_[currency];
    const auto take = [&](const std::string& item, const std::string& sku, Decimal quantity, Decimal amount) {
      Cell& cell = into.cells[item];
      if (cell.sku.empty()) cell.sku = sku;
      cell.walmart.quantity -= quantity;
      cell.walmart.amount -= amount;
    };
    for (const auto& [booking, amount] : bookings) {
      const std::string& key = booking.second;
      into.refunds += amount;
      sums.walmart_charged -= amount;
      Decimal open = amount;
      Decimal units = key.empty() ? refund.units : Decimal();
      for (domain::CreditLedger& ledger : ledgers) {
        const Decimal part = std::min(open, ledger.left(line.line_number, key));
        if (part <= Decimal()) continue;
        const Decimal of_units = std::min(units, ledger.units_left(line.line_number));
        for (const domain::DocumentLine& taken : ledger.take(line.line_number, key, part, of_units, digits)) {
          take(taken.exact_item, taken.sku, of_units.is_zero() ? Decimal() : taken.quantity, taken.amount);
        }
        ledger.take_units(line.line_number, of_units);
        open -= part;
        units -= of_units;
      }
      if (open.is_zero()) continue;
      const std::string& sku = key.empty() ? line.sku : key;
      std::string item = input_.mapping.resolve(sku).row.exact_item;
      if (item.empty() && key.empty()) item = line.sku;
      take(item, sku, Decimal(), open);
    }
    if (settings_.tax_policy != domain::TaxPolicy::exclude) return;
    for (const domain::RefundAmount& part : refund.amounts) {
      sums.walmart_charged -= part.tax;
      sums.tax_left_out -= part.tax;
    }
  }

  void unreadable(const std::string& purchase_order, const std::string& why) {
    ReconciledLine line;
    line.source = purchase_order;
    line.cause = "unreadable";
    line.explanation = (purchase_order.starts_with("return/") ? "Walmart's return" : "Walmart's order");
    line.explanation += " cannot be read: " + why;
    result_.lines.push_back(std::move(line));
    ++result_.differences;
  }

  const std::vector<PostingRow>& postings_of(const std::string& source) const {
    static const std::vector<PostingRow> none;
    const auto found = input_.postings.find(source);
    return found == input_.postings.end() ? none : found->second;
  }

  static std::string numbers_of(const Group& group) {
    std::string text;
    for (const BookedDocument* document : group.booked) {
      if (!text.empty()) text += ", ";
      text += document->number.empty() ? document->reference : document->number;
    }
    return text;
  }

  struct Reason {
    std::string cause;
    std::string text;
  };

  /// A posting that is not done tells why Exact lacks its document.
  static std::optional<Reason> reason_of(const PostingRow& row) {
    switch (row.state) {
      case PostingState::held:
        return Reason{"held", fmt::format("{} is held ({}): {}", row.key,
                                          row.cause ? domain::to_string(*row.cause) : "", row.cause_detail)};
      case PostingState::skipped:
        return Reason{"skipped", fmt::format("{} was skipped by a person: {}", row.key, row.cause_detail)};
      case PostingState::planned:
        if (row.depends_on.starts_with("daily/")) {
          return Reason{"end_of_day", fmt::format("{} waits for {}", row.key, row.depends_on)};
        }
        return Reason{"not_posted_yet", row.key + " is planned but not posted yet"};
      case PostingState::sending:
      case PostingState::retry:
        return Reason{"not_posted_yet", fmt::format("{} is not posted yet: {}", row.key, row.cause_detail)};
      case PostingState::posted:
      case PostingState::withdrawn:
        return std::nullopt;
    }
    return std::nullopt;
  }

  /// In another group or period, under the source that it was posted with.
  bool stands_elsewhere(const PostingRow& row) const {
    return std::any_of(input_.documents.begin(), input_.documents.end(), [&](const BookedDocument& document) {
      return document.id == row.target_id && posting_source_of(source_of(document)) == row.source_id;
    });
  }

  /// What a person changed since it was posted: the posting's own document against Exact's.
  std::optional<Reason> changed_by_person(const Group& group, const std::vector<const PostingRow*>& rows) const {
    for (const PostingRow* row : rows) {
      if (row->state != PostingState::posted || row->target_id.empty()) continue;
      const bool invoice = row->kind == PostingKind::sales_invoice || row->kind == PostingKind::daily_invoice;
      if (!invoice && row->kind != PostingKind::credit_memo) continue;
      if (row->depends_on.starts_with("daily/")) continue;
      const auto found = std::find_if(group.booked.begin(), group.booked.end(),
                                      [row](const BookedDocument* document) { return document->id == row->target_id; });
      if (found == group.booked.end()) {
        if (stands_elsewhere(*row)) continue;
        const auto date = domain::parse_date(row->document_date);
        if (date && !input_.period.contains(*date)) continue;
        return Reason{
            "deleted_in_exact",
            fmt::format("{} {}was posted as {} but is no longer in Exact under its reference {}: a person "
                        "deleted or renamed it",
                        domain::to_string(row->kind), row->target_number.empty() ? "" : row->target_number + " ",
                        row->key, row->reference)};
      }
      const auto document = document_of(*row);
      if (!document) continue;
      std::map<std::string, Side> posted;
      for (const auto& line : document->lines) {
        posted[line.exact_item].quantity += line.quantity;
        posted[line.exact_item].amount += line.amount;
      }
      std::map<std::string, Side> booked;
      for (const auto& line : (*found)->lines) {
        booked[line.item].quantity += line.quantity;
        booked[line.item].amount += line.amount;
      }
      for (const auto& [item, side] : posted) booked.try_emplace(item);
      for (const auto& [item, side] : booked) {
        const Side was = posted[item];
        if (was.amount.abs() == side.amount.abs()) continue;
        return Reason{
            "changed_in_exact",
            fmt::format("a person changed invoice {} ({}) in Exact: item {} was posted with {}, now {}",
                        (*found)->number, (*found)->reference, item, was.amount.to_fixed(2), side.amount.to_fixed(2))};
      }
    }
    return std::nullopt;
  }

  /// Invoices made of one sales order share its reference; those are the connector's own.
  std::optional<Reason> duplicate(const Group& group) const {
    const auto& rows = postings_of(group.source);
    for (const BookedDocument* document : group.booked) {
      const bool ours = std::any_of(rows.begin(), rows.end(),
                                    [document](const PostingRow& row) { return row.target_id == document->id; });
      const bool twin = std::any_of(group.booked.begin(), group.booked.end(), [document](const BookedDocument* other) {
        return other != document && other->reference == document->reference && other->credit == document->credit;
      });
      if (ours || !twin) continue;
      return Reason{"duplicate", fmt::format("Exact holds a second document with reference {} ({}) that the connector "
                                             "did not make",
                                             document->reference, document->number)};
    }
    return std::nullopt;
  }

  /// The connector's postings of all that belongs to the group. What corrects orders never stands in a day's invoice.
  std::vector<const PostingRow*> rows_of(const Group& group) const {
    std::vector<const PostingRow*> rows;
    std::set<std::string> sources(group.orders);
    sources.insert(group.source);
    sources.insert(posting_source_of(group.source));
    const bool is_day = domain::day_of(group.source, settings_.reference_prefix).has_value();
    for (const std::string& source : sources) {
      for (const PostingRow& row : postings_of(source)) {
        if (!is_day || !domain::is_credit_key(row.key)) rows.push_back(&row);
      }
    }
    return rows;
  }

  static bool is_compared(PostingKind kind) {
    return kind == PostingKind::sales_invoice || kind == PostingKind::credit_memo || kind == PostingKind::daily_invoice;
  }

  /// Of what was skipped, only a document that is compared in these days can be what Exact lacks.
  bool may_tell(const PostingRow& row) const {
    if (row.state != PostingState::skipped) return true;
    if (!is_compared(row.kind)) return false;
    const auto date = domain::parse_date(row.document_date);
    return row.kind == PostingKind::credit_memo || !date || input_.period.contains(*date);
  }

  /// What Exact lacks because it is still on its way.
  Decimal on_its_way(const Group& group, const std::vector<const PostingRow*>& rows) const {
    Decimal sum;
    for (const PostingRow* row : rows) {
      const auto date = domain::parse_date(row->document_date);
      if (!is_on_its_way(row->state) || row->currency != group.currency) continue;
      if (row->kind == PostingKind::credit_memo) sum -= row->total;
      if (row->kind == PostingKind::sales_invoice && (!date || input_.period.contains(*date))) sum += row->total;
    }
    return sum;
  }

  bool has_unread_refund(const Group& group) const {
    return std::any_of(group.orders.begin(), group.orders.end(),
                       [this](const std::string& order) { return input_.unread_refunds.contains(order); });
  }

  /// `difference`: Exact less Walmart.
  Reason explain(const Group& group, bool exact_has_less, Decimal difference) const {
    const std::vector<const PostingRow*> rows = rows_of(group);
    if (auto found = duplicate(group)) return *found;
    if (auto found = changed_by_person(group, rows)) return *found;
    const bool refund_unread = !exact_has_less && !group.refunds.is_zero() && has_unread_refund(group);
    if (!group.elsewhere.empty() && !refund_unread) {
      const BookedDocument& other = *group.elsewhere.front();
      const auto date = date_of(other, group.source);
      return {"other_period", fmt::format("invoice {} ({}) is dated {}, outside of these days", other.number,
                                          other.reference, date ? domain::to_iso8601(*date) : "nowhere")};
    }
    if (!group.of_other_days.is_zero() && group.of_other_days == difference) {
      return {"other_period", fmt::format("{} of {} is of orders that left outside of these days",
                                          group.of_other_days.to_fixed(2), numbers_of(group))};
    }
    // What a person must do comes before what merely takes its time; what was skipped may stand there, booked by hand.
    const bool skipped_may_miss = on_its_way(group, rows) != -difference;
    std::optional<Reason> best;
    std::optional<Reason> review;
    for (const PostingRow* row : rows) {
      auto reason = reason_of(*row);
      if (!reason || !may_tell(*row)) continue;
      if (row->key.starts_with("review/")) {
        // It asks for a look and holds no document back.
        review = std::move(reason);
        continue;
      }
      if (reason->cause == "held") return *reason;
      const bool is_skipped = reason->cause == "skipped";
      if (!best || is_skipped == skipped_may_miss) best = std::move(reason);
    }
    if (best) return *best;
    if (group.orders.empty() && known_.count(group.source) == 0) {
      return {"unknown_order", fmt::format("Exact holds {} for {}, which Walmart does not tell in these days",
                                           numbers_of(group), group.source)};
    }
    for (const std::string& order : group.orders) {
      const auto state = input_.order_states.find(order);
      if (state == input_.order_states.end()) {
        return {"not_read_yet", fmt::format("order {} was never read: run `sync NAME orders`", order)};
      }
      if (state->second == "before_go_live" && !has_begun(postings_of(order))) {
        return {"before_go_live", fmt::format("order {} was placed before go_live and is left alone", order)};
      }
    }
    if (refund_unread) {
      return {"refund_not_read_yet",
              fmt::format("{} was refunded at Walmart, some of it not read yet: run `sync NAME orders` and `sync NAME "
                          "returns`",
                          group.refunds.to_fixed(2))};
    }
    if (!exact_has_less && !group.refunds.is_zero()) {
      return {"credit_waiting", fmt::format("{} was refunded at Walmart, and no credit memo is posted for it yet",
                                            group.refunds.to_fixed(2))};
    }
    if (review) return *review;
    if (!rows.empty()) {
      return {"changed_since", "it was posted as planned then; mapping, settings or Walmart's facts changed since"};
    }
    return {"unexplained", "the connector's own books do not tell why"};
  }

  /// How a refund of money alone is shared between the product and its discount follows from what was credited before;
  /// only their sum is told by Walmart.
  void share_refunds_as_credited(Group& group) const {
    if (!is_credited(group)) return;
    const auto is_product = [](const Cell& cell) {
      return !cell.sku.empty() && (!cell.sku.starts_with('@') || cell.sku == "@discount");
    };
    Decimal off;
    for (const auto& [item, cell] : group.cells) {
      if (is_product(cell)) off += cell.walmart.amount - cell.exact.amount;
    }
    if (!off.is_zero() || changed_by_person(group, rows_of(group))) return;
    for (auto& [item, cell] : group.cells) {
      if (is_product(cell)) cell.walmart.amount = cell.exact.amount;
    }
  }

  /// Which part of a kit bears a cent follows from how its units were put into documents (a sales order prices each
  /// unit by itself): Walmart tells their sum.
  void share_kits_as_booked(Group& group) const {
    for (const auto& [sku, kit] : group.kits) {
      if (kit.items.size() < 2) continue;
      Decimal cents = kit.units;
      for (int digit = domain::minor_digits(group.currency); digit > 0; --digit)
        cents = cents / Decimal::from_integer(10);
      Decimal off;
      bool is_shifted = false;
      bool by_cents = true;
      for (const std::string& item : kit.items) {
        const Cell& cell = group.cells[item];
        const Decimal difference = cell.exact.amount - cell.walmart.amount;
        off += difference;
        is_shifted = is_shifted || !difference.is_zero();
        by_cents = by_cents && difference.abs() <= cents;
      }
      if (!is_shifted || !by_cents || !off.is_zero() || changed_by_person(group, rows_of(group))) continue;
      for (const std::string& item : kit.items) group.cells[item].walmart.amount = group.cells[item].exact.amount;
    }
  }

  void settle(Group& group) {
    for (const BookedDocument* document : group.booked) add_booked(group, *document);
    share_refunds_as_credited(group);
    share_kits_as_booked(group);
    Decimal walmart;
    Decimal exact;
    bool differs = false;
    for (const auto& [item, cell] : group.cells) {
      walmart += cell.walmart.amount;
      exact += cell.exact.amount;
      differs = differs || cell.walmart.amount != cell.exact.amount || quantity_differs(cell, group);
    }
    ReconciledCurrency& sums = sums_[group.currency];
    sums.walmart += walmart;
    sums.exact += exact;
    Reason reason;
    if (differs) {
      reason = explain(group, exact < walmart - group.refunds, exact - walmart);
      sums.explained[reason.cause] += exact - walmart;
    }
    const std::string numbers = numbers_of(group);
    for (const auto& [item, cell] : group.cells) {
      ReconciledLine line;
      line.source = group.source;
      line.currency = group.currency;
      line.item = item;
      line.sku = cell.sku;
      line.walmart_quantity = cell.walmart.quantity;
      line.walmart_amount = cell.walmart.amount;
      line.exact_quantity = cell.exact.quantity;
      line.exact_amount = cell.exact.amount;
      line.documents = numbers;
      if (cell.walmart.amount != cell.exact.amount || quantity_differs(cell, group)) {
        line.cause = reason.cause;
        line.explanation = reason.text;
        ++result_.differences;
      }
      result_.lines.push_back(std::move(line));
    }
  }

  static bool is_credited(const Group& group) {
    return std::any_of(group.booked.begin(), group.booked.end(),
                       [](const BookedDocument* document) { return document->credit; });
  }

  /// Charges have whatever quantity suits the document; credits may take no goods back.
  static bool quantity_differs(const Cell& cell, const Group& group) {
    if (is_credited(group) || cell.sku.starts_with('@') || cell.sku.empty()) return false;
    return cell.walmart.quantity != cell.exact.quantity;
  }

  const ReconciliationInput& input_;
  domain::ConnectionSettings settings_;
  std::map<std::string, const PurchaseOrder*> known_;
  std::map<std::string, std::vector<Document>> invoices_;  ///< by order, as they are due
  std::set<std::string> shipped_;                          ///< orders of which something left in the period
  std::map<std::pair<std::string, std::string>, Group> groups_;
  /// Order, currency, day it left -> group.
  std::map<std::tuple<std::string, std::string, std::string>, std::string> in_day_;
  std::map<std::string, ReconciledCurrency> sums_;
  Reconciliation result_;
};

}  // namespace

Reconciliation reconcile(const ReconciliationInput& input) { return Comparison(input).run(); }

}  // namespace connector::flows
