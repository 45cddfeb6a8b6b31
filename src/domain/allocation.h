#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "domain/decimal.h"

namespace connector::domain {

/// Digits after the decimal point of a currency (ISO 4217): 2, but 0 for JPY, KRW..., 3 for KWD, BHD...
int minor_digits(std::string_view currency);

/// Parts of `total` for cumulative quantities: amount(from, to] of `whole`, to `digits`; parts of a
/// partition of the whole always add up to `total` (rounded to `digits`) exactly. The first k units
/// together are total*k/whole, rounded half to even. Zero when `whole` is not positive.
Decimal allocated(Decimal total, Decimal whole, Decimal from, Decimal to, int digits);

/// Splits `amount` over `quantity` units into (quantity, unit price) pairs with unit prices of `digits`
/// decimals whose products add up to `amount` (rounded to `digits`) exactly and whose quantities add up to
/// `quantity`. At most two pairs for whole quantities, the lower price first. A broken quantity whose
/// price is no whole number of minor units may take up to three pairs, one of them of quantity -1 at price
/// zero. Nothing for a quantity that is not positive.
std::vector<std::pair<Decimal, Decimal>> priced_units(Decimal amount, Decimal quantity, int digits);

/// Splits `amount` (rounded to `digits`) by weights to `digits`, adding up exactly (largest remainder, ties
/// to the first). Weights below zero count as zero; when none is above zero, all count the same.
std::vector<Decimal> split_by_weights(Decimal amount, const std::vector<Decimal>& weights, int digits);

}  // namespace connector::domain
