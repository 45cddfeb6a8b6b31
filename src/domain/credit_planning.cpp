#include "domain/credit_planning.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <tuple>

#include "domain/allocation.h"
#include "domain/booked_orders.h"
#include "domain/consignments.h"
#include "domain/credit_bookings.h"
#include "domain/credit_ledger.h"
#include "domain/credit_matching.h"
#include "domain/line_charges.h"
#include "domain/plan_draft.h"
#include "domain/refund_facts.h"
#include "domain/shipments.h"

namespace connector::domain {
namespace {

constexpr std::string_view credit_stem = "credit";
constexpr std::string_view reversal_stem = "credit-reversal";
constexpr std::string_view credit_processing_stem = "credit-processing";
constexpr std::string_view reversal_processing_stem = "reversal-processing";

/// Plans the credits of one order; used once.
class CreditPlanner : private PlanDraft {
 public:
  CreditPlanner(const PurchaseOrder& order, const Mapping& mapping, const ConnectionSettings& settings,
                const std::vector<PlannedPosting>& history, std::optional<UtcTime> now)
      : PlanDraft(history),
        order_(order),
        mapping_(mapping),
        settings_(settings),
        now_(now),
        left_alone_(is_left_alone(order, settings, history)) {}

  Plan plan() {
    read_invoices();
    const bool left_to_the_day = invoices_.empty() && settings_.document_mode == DocumentMode::daily_summary;
    if (!left_to_the_day && !(left_alone_ && settings_.returns_before_go_live == ReturnsBeforeGoLive::ignore)) {
      read_credits();
      read_refunds();
      retold_ = match_credits(refunds_, sent_credits_, order_.purchase_order_id, settings_.booking_zone);
      plan_reversals();
      std::erase_if(refunds_, [this](const OpenRefund& refund) { return is_of_others(refund.fact); });
      for (OpenRefund& refund : refunds_) distribute(refund);
      finish_credits();
      hold_excess();
      plan_processings();
    }
    return published([](const Document& former) { return is_credit_key(former.key); });
  }

 private:
  struct Invoice {
    const PlannedPosting* posting = nullptr;  ///< nullptr: stands for what another system invoiced
    CreditLedger ledger;
  };
  /// What one invoice gave for a refund.
  struct Taken {
    std::size_t invoice = 0;
    bool with_units = false;
    Decimal amount;
  };
  /// A credit memo or reversal in the making.
  struct Draft {
    std::size_t corrected = 0;  ///< index of the invoice, or of the frozen credit that is reversed
    std::string return_id;
    std::optional<Date> date;
    bool goods_back = false;
    Document document;
  };

  const OrderLine* order_line(std::string_view number) const {
    const auto found = std::find_if(order_.lines.begin(), order_.lines.end(),
                                    [number](const OrderLine& line) { return line.line_number == number; });
    return found == order_.lines.end() ? nullptr : &*found;
  }

  std::vector<const PlannedPosting*> numbered(std::string_view stem, bool only_frozen) const {
    std::map<int, const PlannedPosting*> found;
    for (const PlannedPosting& posting : history_) {
      const auto ordinal = ordinal_of(posting.document.key, stem, order_.purchase_order_id);
      if (ordinal && (posting.frozen || !only_frozen)) found.emplace(*ordinal, &posting);
    }
    std::vector<const PlannedPosting*> sorted;
    sorted.reserve(found.size());
    for (const auto& [ordinal, posting] : found) sorted.push_back(posting);
    return sorted;
  }

  void read_invoices() {
    for (const PlannedPosting* posting : numbered("invoice", false)) {
      if (posting->document.kind == PostingKind::sales_invoice) {
        invoices_.push_back({posting, CreditLedger(posting->document)});
      }
    }
    if (left_alone_ && invoices_.empty()) {
      elsewhere_ = invoiced_elsewhere(order_, mapping_, settings_);
      invoices_.push_back({nullptr, CreditLedger(elsewhere_)});
    }
    // A person who skipped an invoice took its units on: they are credited last.
    std::stable_partition(invoices_.begin(), invoices_.end(), [](const Invoice& invoice) {
      return invoice.posting == nullptr || !invoice.posting->skipped;
    });
  }

  Invoice* invoice_of(const Document& credit) {
    for (Invoice& invoice : invoices_) {
      const std::string& key = invoice.posting == nullptr ? elsewhere_.key : invoice.posting->document.key;
      if (key == credit.depends_on) return &invoice;
    }
    return nullptr;
  }

  /// What frozen credits and reversals have given back so far.
  void read_credits() {
    for (const PlannedPosting* credit : numbered(credit_stem, true)) {
      sent_credits_.emplace_back(*credit);
      if (Invoice* invoice = invoice_of(credit->document)) invoice->ledger.subtract(credit->document);
    }
    for (const PlannedPosting* reversal : numbered(reversal_stem, true)) {
      for (SentCredit& sent : sent_credits_) {
        if (sent.posting->document.key != reversal->document.depends_on) continue;
        sent.take_back(reversal->document);
        if (Invoice* invoice = invoice_of(sent.posting->document)) invoice->ledger.add(reversal->document);
      }
    }
  }

  const Document* invoice_covering(std::string_view line_number) const {
    for (const Invoice& invoice : invoices_) {
      const auto& covers = invoice.ledger.document().covers;
      if (std::any_of(covers.begin(), covers.end(),
                      [&](const CoveredUnits& u) { return u.line_number == line_number; }))
        return &invoice.ledger.document();
    }
    return nullptr;
  }

  /// Refunds from before the connector's time: they explain what it credited before go_live was moved, and no more.
  bool is_of_others(const RefundFact& fact) const {
    return left_alone_ && fact.time && *fact.time < *settings_.go_live;
  }

  bool has_credited_before_go_live() const {
    const auto first_day = date_in_zone(*settings_.go_live, settings_.booking_zone);
    return std::any_of(sent_credits_.begin(), sent_credits_.end(), [&first_day](const SentCredit& sent) {
      const auto& date = sent.posting->document.date;
      return first_day && date && *date <= *first_day;
    });
  }

  void read_refunds() {
    for (RefundFact& fact : refunds_of(order_, settings_)) {
      const OrderLine* line = order_line(fact.order_line_number);
      if (line == nullptr || (is_of_others(fact) && !has_credited_before_go_live())) continue;
      Amounts open = bookings_of(fact, *line, invoice_covering(fact.order_line_number), settings_);
      const Decimal units = fact.units;
      const bool is_free = units > Decimal() && open[{fact.order_line_number, ""}].is_zero();
      refunds_.push_back({std::move(fact), line, std::move(open), units, is_free, {}});
    }
  }

  Draft& draft(std::vector<Draft>& drafts, std::size_t corrected, const std::string& return_id,
               const std::optional<Date>& date, bool goods_back) {
    const auto found = std::find_if(drafts.begin(), drafts.end(), [&](const Draft& d) {
      return d.corrected == corrected && d.return_id == return_id && d.date == date && d.goods_back == goods_back;
    });
    if (found != drafts.end()) return *found;
    drafts.push_back({corrected, return_id, date, goods_back, {}});
    return drafts.back();
  }

  Draft& draft_for(const RefundFact& fact, std::size_t index, bool with_units) {
    const Document& invoice = invoices_[index].ledger.document();
    // Money alone brings no goods back, so that it moves no stock.
    const bool goods_back = invoice.direct && fact.goods_back && with_units;
    return draft(credits_, index, fact.return_id, booking_date(fact.time, invoice.date, settings_.booking_zone),
                 goods_back);
  }

  /// An invoice that holds all units and what they cost (`price`) comes first, one that a person skipped last; between
  /// the same, the one with more money for a unit, since a refund tells the price of a unit rounded.
  std::tuple<bool, bool, Decimal> rank_of(std::size_t index, const OrderLine& line, Decimal units,
                                          Decimal price) const {
    const Invoice& invoice = invoices_[index];
    const Decimal held = invoice.ledger.units_left(line.line_number);
    const bool holds_all = units > Decimal() && held >= units && invoice.ledger.left(line.line_number, "") >= price;
    const bool is_skipped = invoice.posting != nullptr && invoice.posting->skipped;
    Decimal of_a_unit;
    if (held > Decimal())
      of_a_unit = proportion(invoice.ledger.left(line.line_number, ""), Decimal::from_integer(1), held, 2);
    return {!holds_all, is_skipped, -of_a_unit};
  }

  /// Takes from the invoices that cover the line: first by units, then whatever is left by amount.
  void distribute(OpenRefund& refund) {
    const RefundFact& fact = refund.fact;
    const OrderLine& line = *refund.line;
    Amounts& open = refund.open;
    Decimal units = refund.units;
    const bool given_back =
        std::all_of(open.begin(), open.end(), [](const auto& entry) { return entry.second.is_zero(); });
    if (given_back && !(refund.is_free && units > Decimal())) return;
    if (!fact.awaited_return.empty()) {
      problem(Cause::waiting_for_dependency, fmt::format("{}/{}/awaited", credit_stem, order_.purchase_order_id),
              fmt::format("order line {} tells of a refund of return {}, which is still open: its credit memo waits "
                          "until that return tells the units that came back (the returns flow reads it)",
                          fact.order_line_number, fact.awaited_return));
      return;
    }
    const auto product = open.find(Booking(line.line_number, ""));
    const Decimal price = product == open.end() ? Decimal() : product->second;
    std::vector<std::size_t> order;
    for (std::size_t index = 0; index < invoices_.size(); ++index) order.push_back(index);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
      return rank_of(left, line, units, price) < rank_of(right, line, units, price);
    });
    std::vector<Taken> taken;
    for (std::size_t place = 0; place < order.size(); ++place) {
      const std::size_t index = order[place];
      const Decimal part = std::min(units, invoices_[index].ledger.units_left(line.line_number));
      if (part <= Decimal()) continue;
      const auto later = std::span(order).subspan(place + 1);
      taken.push_back({index, true, take(fact, line, index, open, part, units, later)});
      units -= part;
    }
    for (const std::size_t index : order) {
      const bool any = std::any_of(open.begin(), open.end(), [&](const auto& entry) {
        return entry.second > Decimal() &&
               invoices_[index].ledger.left(line.line_number, entry.first.second) > Decimal();
      });
      if (!any) continue;
      taken.push_back({index, false, take(fact, line, index, open, Decimal(), Decimal(), {})});
    }
    keep_fees_back(fact, open, taken);
    for (const auto& [booking, amount] : open) {
      if (!amount.is_zero()) excess_[booking] += amount;
    }
  }

  /// Fees stand where the money is that they are kept back of, so that no credit memo has a negative total.
  void keep_fees_back(const RefundFact& fact, Amounts& open, const std::vector<Taken>& taken) {
    if (taken.empty()) return;
    std::vector<Decimal> weights;
    weights.reserve(taken.size());
    for (const Taken& part : taken) weights.push_back(part.amount);
    const int digits = minor_digits(invoices_[taken.front().invoice].ledger.document().currency);
    for (auto& [booking, amount] : open) {
      if (!amount.is_negative()) continue;
      const auto fees = split_by_weights(amount, weights, digits);
      for (std::size_t index = 0; index < taken.size(); ++index) {
        if (fees[index].is_zero()) continue;
        Document& made = draft_for(fact, taken[index].invoice, taken[index].with_units).document;
        made.lines.push_back(fee_line(mapping_, booking, fees[index]));
      }
      amount = Decimal();
    }
  }

  /// What those invoices can give back of a booking when so many units are left for them.
  Decimal room_in(std::span<const std::size_t> invoices, const OrderLine& line, const std::string& charge,
                  Decimal units) const {
    Decimal room;
    for (const std::size_t index : invoices) {
      const CreditLedger& ledger = invoices_[index].ledger;
      const Decimal part = std::min(units, ledger.units_left(line.line_number));
      if (part <= Decimal()) continue;
      room += ledger.left(line.line_number, charge);
      units -= part;
    }
    return room;
  }

  /// Moves the share of `part` of `units` (all, if there are none) of the open amounts to the invoice's draft; answers
  /// how much. A cent that the `later` invoices cannot take stands with this one's units, not on a memo of its own.
  Decimal take(const RefundFact& fact, const OrderLine& line, std::size_t index, Amounts& open, Decimal part,
               Decimal units, std::span<const std::size_t> later) {
    CreditLedger& ledger = invoices_[index].ledger;
    const int digits = minor_digits(ledger.document().currency);
    Document& made = draft_for(fact, index, part > Decimal()).document;
    Decimal sum;
    const Decimal units_left = ledger.units_left(line.line_number);
    for (auto& [booking, amount] : open) {
      const bool counts_units = booking.second.empty() && part > Decimal();
      if (amount <= Decimal() && !counts_units) continue;
      Decimal share = amount;
      if (part != units) {
        share = std::max(allocated(amount, units, Decimal(), part, digits),
                         amount - room_in(later, line, booking.second, units - part));
      }
      const Decimal taken = toward_zero(share, ledger.left(line.line_number, booking.second));
      if (taken.is_zero() && !counts_units) continue;
      for (DocumentLine& reversed : ledger.take(line.line_number, booking.second, taken, part, digits)) {
        reversed.line_number = line.line_number;
        // The account of an invoice made from a sales order is the item's own (exact.md 4.4).
        if (!ledger.document().depends_on.empty()) reversed.gl_account.clear();
        if (!ledger.document().direct) reversed.warehouse.clear();
        made.lines.push_back(std::move(reversed));
      }
      amount -= taken;
      sum += taken;
    }
    for (CoveredUnits& units_taken : ledger.take_units(line.line_number, std::min(part, units_left))) {
      made.covers.push_back(std::move(units_taken));
    }
    return sum;
  }

  // What was credited by sent documents but is refunded no more.

  /// The last word of the return whose refund is taken back, or told anew. No other refund tells when that happened: it
  /// did when it was first seen, which is when a reversal was first planned.
  std::optional<Date> reversal_date(std::size_t index) const {
    const Document& credit = sent_credits_[index].posting->document;
    const auto anew = retold_.find(index);
    const auto return_id = anew == retold_.end() ? return_in_subject(credit.description) : anew->second;
    std::optional<UtcTime> as_of;
    for (const ReturnedLine& returned : order_.returns) {
      if (returned.return_id == return_id && returned.as_of) as_of = std::max(as_of, returned.as_of);
    }
    if (as_of) return booking_date(as_of, credit.date, settings_.booking_zone);
    for (const PlannedPosting& posting : history_) {
      const Document& planned = posting.document;
      const bool takes_it_back = is_reversal_key(planned.key) && planned.depends_on == credit.key;
      if (takes_it_back && !posting.frozen && planned.date) return planned.date;
    }
    return booking_date(now_, credit.date, settings_.booking_zone);
  }

  void plan_reversals() {
    for (std::size_t index = 0; index < sent_credits_.size(); ++index) {
      SentCredit& sent = sent_credits_[index];
      const Document& credit = sent.posting->document;
      const int digits = minor_digits(credit.currency);
      const std::optional<Date> date = reversal_date(index);
      for (const auto& [booking, amount] : sent.given) {
        const Decimal left = sent.ledger.left(booking.first, booking.second);
        const Decimal part = toward_zero(amount, left);
        Decimal units;
        if (booking.second.empty()) {
          units = std::clamp(sent.units[booking.first], Decimal(), sent.ledger.units_left(booking.first));
        }
        const bool free_goods = left.is_zero() && units > Decimal();
        if (part.is_zero() && !free_goods) continue;
        Draft& made = draft(reversals_, index, "", date, credit.direct);
        for (DocumentLine& line : sent.ledger.take(booking.first, booking.second, part, units, digits)) {
          made.document.lines.push_back(std::move(line));
        }
        for (CoveredUnits& taken : sent.ledger.take_units(booking.first, units)) {
          made.document.covers.push_back(std::move(taken));
        }
      }
    }
    for (const Draft& made : reversals_) {
      Invoice* invoice = invoice_of(sent_credits_[made.corrected].posting->document);
      if (invoice != nullptr) invoice->ledger.add(made.document);
    }
    finish_reversals();
  }

  // From drafts to documents

  /// Ordinals of unfrozen documents that resemble the drafts most, new ones for the others.
  std::vector<int> ordinals_for(const std::vector<Draft>& drafts, std::string_view stem,
                                const std::function<bool(const Draft&, const Document&, bool)>& resembles) const {
    return reused_ordinals(drafts.size(), stem, order_.purchase_order_id, history_,
                           [&](std::size_t index, const Document& document, bool closely) {
                             return resembles(drafts[index], document, closely);
                           });
  }

  Document head(PostingKind kind, std::string_view stem, int ordinal, std::string_view mark,
                const std::string& currency) const {
    Document made;
    made.kind = kind;
    made.key = ordinal_key(stem, order_.purchase_order_id, ordinal);
    made.reference = fmt::format("{}{}-{}{}", settings_.reference_prefix, order_.purchase_order_id, mark, ordinal);
    made.purchase_order_id = order_.purchase_order_id;
    made.customer_order_id = order_.customer_order_id;
    made.currency = currency;
    return made;
  }

  std::string description(const Draft& draft, const std::string& corrected) const {
    return corrected.empty() ? credit_subject(order_.purchase_order_id, draft.return_id)
                             : credit_subject(order_.purchase_order_id, draft.return_id) + ", corrects " + corrected;
  }

  void finish_credits() {
    std::erase_if(credits_, [](const Draft& draft) { return draft.document.lines.empty(); });
    const auto ordinals =
        ordinals_for(credits_, credit_stem, [&](const Draft& draft, const Document& document, bool closely) {
          const Document& invoice = invoices_[draft.corrected].ledger.document();
          if (document.depends_on != invoice.key || document.direct != draft.goods_back) return false;
          return !closely ||
                 (document.date == draft.date && document.description == description(draft, invoice.reference));
        });
    for (std::size_t index = 0; index < credits_.size(); ++index) {
      Draft& draft = credits_[index];
      const Invoice& invoice = invoices_[draft.corrected];
      const Document& corrected = invoice.ledger.document();
      Document made = head(PostingKind::credit_memo, credit_stem, ordinals[index], "C", corrected.currency);
      made.depends_on = corrected.key;
      made.date = draft.date;
      made.direct = draft.goods_back;
      if (made.direct) made.warehouse = corrected.warehouse;
      made.description = description(draft, corrected.reference);
      made.lines = std::move(draft.document.lines);
      made.covers = std::move(draft.document.covers);
      hold(made, invoice);
      want(std::move(made));
    }
  }

  void finish_reversals() {
    const auto ordinals =
        ordinals_for(reversals_, reversal_stem, [&](const Draft& draft, const Document& document, bool closely) {
          if (document.depends_on != sent_credits_[draft.corrected].posting->document.key) return false;
          return !closely || document.date == draft.date;
        });
    for (std::size_t index = 0; index < reversals_.size(); ++index) {
      Draft& draft = reversals_[index];
      const Document& credit = sent_credits_[draft.corrected].posting->document;
      Document made = head(PostingKind::sales_invoice, reversal_stem, ordinals[index], "R", credit.currency);
      made.depends_on = credit.key;
      made.date = draft.date;
      made.direct = credit.direct;
      made.warehouse = credit.warehouse;
      made.description = retold_.contains(draft.corrected)
                             ? "Takes " + credit.reference + " back: its refund is credited anew with its return"
                             : "Walmart refund reversed, takes " + credit.reference + " back";
      made.lines = std::move(draft.document.lines);
      made.covers = std::move(draft.document.covers);
      if (sent_credits_[draft.corrected].posting->skipped) {
        problem(Cause::waiting_for_dependency, made.key,
                fmt::format("it takes {} back, which was skipped: skip this one too, or book it by hand", credit.key));
      }
      want(std::move(made));
    }
  }

  void hold(const Document& made, const Invoice& invoice) {
    std::set<std::string> named;
    // What it takes from an invoice that was not sent yet is mended with that invoice, for which it waits.
    const bool follows = invoice.posting != nullptr && !invoice.posting->frozen;
    for (const DocumentLine& line : made.lines) {
      const bool is_fee = line.sku == restocking_key || line.sku == return_shipping_key;
      if (!line.exact_item.empty() || (follows && !is_fee) || !named.insert(line.sku).second) continue;
      problem(Cause::mapping_error, made.key,
              fmt::format("no mapping row names an Exact item for {} of order line {}: add a row with sku {} and an "
                          "exact_item",
                          line.sku, line.line_number, line.sku));
    }
    if (invoice.posting == nullptr && settings_.returns_before_go_live == ReturnsBeforeGoLive::hold) {
      problem(Cause::bad_input, made.key,
              fmt::format("order {} is from before go_live, so its invoice is not in the connector's books: set "
                          "returns_before_go_live to post (or ignore), or skip this posting",
                          order_.purchase_order_id));
    }
    if (invoice.posting != nullptr && invoice.posting->skipped) {
      problem(Cause::waiting_for_dependency, made.key,
              fmt::format("it corrects {}, which was skipped: skip this one too, or book it by hand",
                          invoice.posting->document.key));
    }
  }

  void hold_excess() {
    Decimal sum;
    std::string where;
    for (const auto& [booking, amount] : excess_) {
      if (amount.is_zero()) continue;
      sum += amount;
      where += fmt::format("{}line {} {} {}", where.empty() ? "" : ", ", booking.first,
                           booking.second.empty() ? "product" : booking.second, amount.to_string());
    }
    if (where.empty()) return;
    problem(
        Cause::unexpected_source_data, fmt::format("{}/{}/excess", credit_stem, order_.purchase_order_id),
        fmt::format("Walmart refunded more than the order's invoices hold ({}): compare the order with its invoices "
                    "and book the rest by hand, then skip this posting",
                    where));
  }

  void plan_processings() {
    if (settings_.invoice_completion != InvoiceCompletion::process_with_ship_date) return;
    const auto process = [this](const Document& made, std::string_view stem, std::string_view processing,
                                std::string_view mark) {
      const auto ordinal = ordinal_of(made.key, stem, order_.purchase_order_id);
      if (!ordinal) return;
      Document processed = head(PostingKind::invoice_processing, processing, *ordinal, mark, made.currency);
      processed.date = made.date;
      processed.depends_on = made.key;
      processed.description = made.description;
      wanted_.push_back(std::move(processed));
    };
    std::vector<Document> made = wanted_;
    // Those that were sent before the setting was made stay open, as invoices do.
    for (const std::string_view stem : {credit_stem, reversal_stem}) {
      const std::string_view processing = stem == credit_stem ? credit_processing_stem : reversal_processing_stem;
      for (const PlannedPosting* sent : numbered(stem, true)) {
        if (sent->skipped) continue;
        const int ordinal = *ordinal_of(sent->document.key, stem, order_.purchase_order_id);
        if (known(ordinal_key(processing, order_.purchase_order_id, ordinal)) != nullptr)
          made.push_back(sent->document);
      }
    }
    for (const Document& document : made) {
      process(document, credit_stem, credit_processing_stem, "C");
      process(document, reversal_stem, reversal_processing_stem, "R");
    }
  }

  const PurchaseOrder& order_;
  const Mapping& mapping_;
  const ConnectionSettings& settings_;
  const std::optional<UtcTime> now_;
  const bool left_alone_;
  Document elsewhere_;
  std::vector<Invoice> invoices_;
  std::vector<SentCredit> sent_credits_;
  std::vector<OpenRefund> refunds_;
  std::map<std::size_t, std::string> retold_;  ///< sent credits whose refund is credited anew, with its return
  Amounts excess_;
  std::vector<Draft> credits_;
  std::vector<Draft> reversals_;
};

}  // namespace

bool is_credit_key(std::string_view key) {
  const std::string_view stem = key.substr(0, key.find('/'));
  return stem == credit_stem || stem == reversal_stem || stem == credit_processing_stem ||
         stem == reversal_processing_stem;
}

bool is_reversal_key(std::string_view key) { return key.substr(0, key.find('/')) == reversal_stem; }

Plan plan_credits(const PurchaseOrder& order, const Mapping& mapping, const ConnectionSettings& settings,
                  const std::vector<PlannedPosting>& history, std::optional<UtcTime> now) {
  return plan_within_reason(order, "refunds beyond all reason; none is posted",
                            [&] { return CreditPlanner(order, mapping, settings, history, now).plan(); });
}

}  // namespace connector::domain
