#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/settings.h"
#include "exact/client.h"
#include "ports/clock.h"
#include "store/store.h"

namespace connector::flows {

/// Keeps the cached reference data of one division fresh (items, G/L accounts, cost centers, VAT codes, warehouses,
/// journals, the customer account), mostly through Exact's sync endpoints, so that in steady state an order costs only
/// the calls that create its documents. A change raises the mapping version, which releases what it held.
class ReferenceRefresh {
 public:
  ReferenceRefresh(exact::Client& exact, store::Store& store, ports::Clock& clock, store::ConnectionId connection,
                   std::shared_ptr<const domain::ConnectionSettings> settings);

  struct Report {
    std::size_t changed = 0;            ///< rows that are new or different
    std::vector<std::string> problems;  ///< lists that could not be read, and why
    bool customer_planned = false;      ///< the customer account is about to be made: refresh again after it
  };
  /// Refreshes what is older than `at_most_old`; zero refreshes all. Error: items or the customer cannot be had.
  ports::Task<domain::Result<Report>> run(domain::Milliseconds at_most_old);
  /// Whether run() would ask Exact for anything, as far as the store tells: while the document mode is open or the
  /// customer account is on its way, it always would.
  ports::Task<domain::Result<bool>> is_due(domain::Milliseconds at_most_old);

 private:
  ports::Task<domain::Result<std::optional<std::string>>> mark(std::string name);
  ports::Task<domain::Result<std::int64_t>> timestamp(std::string name);
  ports::Task<domain::Result<std::size_t>> refresh(std::string kind);
  ports::Task<domain::Result<std::size_t>> remove_deleted();
  ports::Task<domain::Result<std::size_t>> refresh_customer();

  exact::Client& exact_;
  store::Store& store_;
  ports::Clock& clock_;
  store::ConnectionId connection_;
  std::shared_ptr<const domain::ConnectionSettings> settings_;
  bool customer_planned_ = false;
};

/// After a sign-in: lists that Exact refused to the user before are asked for again.
domain::Result<void> forget_refused_lists(store::Transaction& transaction, store::ConnectionId connection);

}  // namespace connector::flows
