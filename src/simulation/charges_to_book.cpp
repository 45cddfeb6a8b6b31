#include "simulation/charges_to_book.h"

namespace connector::simulation {

sandbox::walmart::MoneyByKind charges_to_book(const sandbox::walmart::Order& order, const sandbox::walmart::Line& line,
                                              const domain::ConnectionSettings& settings) {
  if (order.is_replacement && settings.replacement_prices == domain::ReplacementPrices::zero) return {};
  return sandbox::walmart::charged_for_shipped(line);
}

}  // namespace connector::simulation
