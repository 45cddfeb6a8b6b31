#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/credit_bookings.h"
#include "domain/credit_ledger.h"
#include "domain/planned_posting.h"
#include "domain/refund_facts.h"

namespace connector::domain {

/// `value`, but not further from zero than `limit`; zero where they point apart.
Decimal toward_zero(Decimal value, Decimal limit);

/// What a credit memo gives back; starts its description, by which it is known again. `return_id` may be empty.
std::string credit_subject(const std::string& purchase_order_id, const std::string& return_id);
/// The return that a description which starts with a credit_subject names; nullopt if it names none.
std::optional<std::string> return_in_subject(std::string_view description);

/// The day of a time in `zone`, but not one before `not_before`; nullopt without a time or for an unknown zone.
std::optional<Date> booking_date(const std::optional<UtcTime>& time, const std::optional<Date>& not_before,
                                 const std::string& zone);

/// A frozen credit memo with what it gives back and no refund explains yet.
struct SentCredit {
  explicit SentCredit(const PlannedPosting& credit);
  /// Takes off what a reversal takes back.
  void take_back(const Document& reversal);

  const PlannedPosting* posting;
  CreditLedger ledger;  ///< what may still be reversed
  Amounts given;
  std::map<std::string, Decimal> units;  ///< by order line

 private:
  void count(const Document& document, bool back);
};

/// What a frozen credit memo gives back of a refund.
struct AbsorbedCredit {
  std::size_t sent = 0;  ///< index of the credit
  Amounts amounts;
  Decimal units;
};

/// A refund with what of it no frozen credit memo gives back.
struct OpenRefund {
  RefundFact fact;
  const OrderLine* line = nullptr;
  Amounts open;
  Decimal units;
  bool is_free = false;  ///< its goods cost nothing: they come back without money
  std::vector<AbsorbedCredit> absorbed;
};

/// Takes off the refunds what frozen credit memos give back already, the closest match first, and off the credits what
/// the refunds explain. Where the rest of a refund makes no credit memo of its own (see the source), the whole of it is
/// open again, and nothing explains the credits that gave it: their indices are returned, each with the return of that
/// refund.
std::map<std::size_t, std::string> match_credits(std::vector<OpenRefund>& refunds, std::vector<SentCredit>& sent,
                                                 const std::string& purchase_order_id, const std::string& zone);

}  // namespace connector::domain
