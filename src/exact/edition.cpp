#include "exact/edition.h"

#include "exact/refusals.h"

namespace connector::exact {

using ports::CallFailure;
using ports::CallPriority;
using ports::CallResult;
using ports::Task;

namespace {

struct Probe {
  const char* resource;
  const char* key;
  std::optional<bool> Edition::*finding;
  bool absence_is_known;  ///< 404 means "no"; else such a server merely does not know the resource
};

constexpr Probe kProbes[] = {
    {"salesorder/SalesOrders", "OrderID", &Edition::sales_orders, true},
    {"inventory/Warehouses", "ID", &Edition::warehouses, true},
    {"salesorder/PlannedSalesReturns", "PlannedSalesReturnID", &Edition::direct_invoices, false},
};

/// Far enough ahead that nothing is found, so that the answer is small.
constexpr domain::UtcTime kNever{std::chrono::sys_days{std::chrono::year{2100} / 1 / 1}};

}  // namespace

Task<CallResult<Edition>> probe_edition(Client& client, CallPriority priority) {
  ports::Answer<Edition> answer;
  for (const Probe& probe : kProbes) {
    if (probe.finding == &Edition::direct_invoices &&
        (answer.value.sales_orders == false || answer.value.warehouses == false)) {
      answer.value.direct_invoices = false;  // those editions have both
      continue;
    }
    ODataQuery query(probe.resource);
    query.select({probe.key}).filter(ODataFilter::at_least("Modified", kNever)).top(1);
    auto page = co_await client.get(query, priority);
    if (page) {
      answer.value.*probe.finding = true;
      answer.correlation_id = page->correlation_id;
      continue;
    }
    const CallFailure& failure = page.error();
    const bool is_forbidden = failure.status == 403;
    const bool says_nothing = failure.status == 400 || failure.status == 404 || is_rested(failure);
    if (is_forbidden && forbidden_by(failure) == Forbidden::scope) {
      answer.value.lacks_scope = true;
    } else if (is_forbidden ? forbidden_by(failure) != Forbidden::all
                            : failure.status == 404 && probe.absence_is_known) {
      answer.value.*probe.finding = false;
    } else if (is_forbidden || !says_nothing) {
      co_return tl::unexpected(failure);
    }
  }
  co_return answer;
}

}  // namespace connector::exact
