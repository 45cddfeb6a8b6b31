#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "domain/settlement_planning.h"
#include "walmart/settlement_archive.h"
#include "walmart/settlement_reader.h"

namespace {

using namespace connector;

/// An entry balances, or is held for what its file or mapping lacks.
void check_plan(const domain::Settlement& settlement) {
  std::vector<domain::MappingRow> rows;
  for (const char* key : {"payout", "receivable", "fee", "tax", "reserve", "suspense"}) {
    rows.push_back({std::string("@settlement/") + key, "", "1", "", "", "", ""});
  }
  const domain::Mapping mapping(std::move(rows), {}, {}, {});
  const domain::Plan plan = domain::plan_settlement(domain::summed(settlement), mapping, {}, {}, {});
  for (const auto& document : plan.documents) {
    domain::Decimal balance;
    for (const auto& line : document.lines) balance += line.amount;
    if (plan.problems.empty() && !balance.is_zero()) std::abort();
  }
  domain::Decimal of_orders;
  for (const auto& [order, items] : domain::settled_orders(settlement)) {
    if (order.empty()) std::abort();
    for (const auto& [item, amount] : items) of_orders += amount;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const domain::Date payout_date{std::chrono::year{2026}, std::chrono::July, std::chrono::day{28}};
  const auto read = walmart::read_settlement(bytes, payout_date);
  if (read) {
    check_plan(*read);
  } else if (read.error().message.empty()) {
    std::abort();
  }
  const auto file = walmart::unpack_settlement(bytes);
  if (!file && file.error().message.empty()) std::abort();
  return 0;
}
