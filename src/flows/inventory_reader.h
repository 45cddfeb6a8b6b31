#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "domain/stock_comparison.h"
#include "flows/whole_list.h"
#include "walmart/client.h"

namespace connector::flows {

/// Walmart's whole inventory.
struct WalmartInventory {
  std::vector<domain::NodeQuantity> quantities;  ///< what is in hand, if Walmart tells
  std::size_t skus = 0;
};

/// Reads all of Walmart's inventory, page by page, and again if it was not whole. Executor thread only.
class InventoryReader {
 public:
  /// Told of SKUs read so far and their total.
  using Progress = std::function<void(std::size_t, std::size_t)>;

  InventoryReader(walmart::Client& walmart, Progress progress) : walmart_(walmart), progress_(std::move(progress)) {}

  /// The reader must outlive the task. Error: as the calls have it, or transient if the list was never whole.
  ports::Task<domain::Result<WalmartInventory>> read();

 private:
  ports::Task<domain::Result<WalmartInventory>> read_pass(WholeList* list);

  walmart::Client& walmart_;
  Progress progress_;
};

}  // namespace connector::flows
