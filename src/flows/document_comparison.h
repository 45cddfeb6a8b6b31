#pragma once

#include <map>
#include <string>
#include <vector>

#include "domain/decimal.h"
#include "domain/result.h"
#include "json/value.h"
#include "store/store.h"

namespace connector::flows {

/// Whether a header in Exact has the planned amount, with or without VAT; true if it tells none.
bool amounts_agree(const json::Value& header, domain::Decimal planned);

/// VAT that Exact put on top of the planned amount: Walmart's prices are what the buyer pays. Cause amount_difference;
/// an empty message if there is none, or if the header does not tell both amounts.
domain::Error added_vat(const json::Value& header, domain::Decimal planned);

/// Whether a header of salesinvoice/SalesInvoices is a credit note's.
bool is_credit_note(const json::Value& header);

/// Whether a change of a sales order cancels all of it: `lines` are those of the change's body.
bool leaves_nothing(const json::Array& lines);

/// A document as the connector made it: its posting, and what the connector did to it since.
struct MadeDocument {
  store::PostingRow posting;
  std::vector<store::PostingRow> since;  ///< posted changes and processings of it, by id
  /// Exact's id of each planned line's item, by code: of an invoice that Exact made of a sales order nothing else was
  /// stated line by line. Without one of them its lines are not compared.
  std::map<std::string, std::string> items{};
};

/// What Exact holds instead of what the connector made, for a person: reference, customer, currency, text, amount, and
/// of each line item, quantity, price, accounts and codes, as far as the connector stated them. Empty if all is as it
/// was made. `held` is the header's properties with its lines as the array "Lines". Processing is no difference.
std::string difference_of(const MadeDocument& made, const json::Value& held);

/// Whether the connector itself removed this sales order, because all of it was cancelled.
bool removed_by_connector(const MadeDocument& made);

}  // namespace connector::flows
