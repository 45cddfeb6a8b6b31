#pragma once

#include <functional>
#include <string>
#include <vector>

#include "domain/price_planning.h"
#include "flows/whole_list.h"
#include "walmart/client.h"

namespace connector::flows {

/// The price of an item of Walmart's.
domain::OfferedPrice offer_of(const walmart::Item& item);

/// Reads the prices of all items at Walmart, page by page, and again if the list was not whole. Executor thread only.
class OfferReader {
 public:
  /// Told of SKUs read so far and their total.
  using Progress = std::function<void(std::size_t, std::size_t)>;

  OfferReader(walmart::Client& walmart, Progress progress) : walmart_(walmart), progress_(std::move(progress)) {}

  /// The reader must outlive the task. Error: as the calls have it, or transient if the list was never whole.
  ports::Task<domain::Result<std::vector<domain::OfferedPrice>>> read();

 private:
  ports::Task<domain::Result<std::vector<domain::OfferedPrice>>> read_pass(WholeList* list);

  walmart::Client& walmart_;
  Progress progress_;
};

}  // namespace connector::flows
