#pragma once

#include <string>
#include <vector>

#include "flows/settled_orders.h"
#include "json/value.h"

namespace connector::flows {

// How the orders of a settlement compare with what was booked of them, as it is stored and shown:
// {"orders": n, "agree": n, "open_in_all": n, "open": [at most 1,000, to_json(SettledComparison)]}.

/// `others`: of the settlement's orders, those that do not agree and were not compared now.
json::Value comparison_json(std::size_t orders, std::vector<SettledComparison> compared, std::size_t others = 0);

/// The orders that a comparison lists.
std::vector<std::string> open_orders(const json::Value& comparison);
/// Those of them with this verdict.
std::vector<std::string> open_orders(const json::Value& comparison, SettledComparison::Verdict verdict);
/// The number of those that it does not list.
std::size_t unlisted_orders(const json::Value& comparison);

/// One line for a person: the payout and how its orders compare.
std::string comparison_text(const domain::Settlement& settlement, const json::Value& comparison);
/// Of which more was settled than was booked, a line each.
std::vector<std::pair<std::string, std::string>> settled_more_texts(const json::Value& comparison);

}  // namespace connector::flows
