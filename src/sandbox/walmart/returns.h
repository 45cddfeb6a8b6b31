#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ports/http.h"
#include "sandbox/walmart/agenda.h"
#include "sandbox/walmart/orders.h"
#include "sandbox/walmart/request.h"

namespace connector::sandbox::walmart {

struct Seller;

/// The charge type of what the seller keeps back of a refund; negative. Only the books know it: a return shows it among
/// its totals (lineRestockingFee).
inline constexpr std::string_view restocking_fee = "RESTOCKING_FEE";

/// What a customer sends back (walmart.md 3).
struct ReturnOrder {
  enum class State : std::uint8_t { initiated, in_transit, delivered, refund_initiated, refunded, cancelled };
  struct Line {
    std::size_t line = 0;  ///< index in the order
    std::int64_t quantity = 0;
    std::int64_t refunded = 0;
    std::string reason;
    std::vector<RefundCharge> refunds;  ///< what was given back for the refunded units
  };
  struct Event {
    std::string tag, description;
    domain::UtcTime time{};
  };
  static constexpr OrderNumber no_order = std::numeric_limits<OrderNumber>::max();

  std::string id;
  OrderNumber order = no_order;  ///< no_order: loaded from a payload
  std::vector<Line> lines;
  domain::UtcTime created{}, modified{};
  State state = State::initiated;
  bool is_replacement = false;
  bool is_keep_it = false;  ///< the customer keeps the goods, the refund comes at once
  bool will_be_cancelled = false;
  std::string channel = "ONLINE";
  std::string refund_channel = "SELLER_AUTO_REFUND";
  std::vector<Event> events;
  NodeType node_type = NodeType::seller;
  std::string customer_order_id;
  json::Value loaded;  ///< the payload; null: made here
};

/// INITIATED, DELIVERED or COMPLETED (which includes cancelled ones).
std::string_view status_word(const ReturnOrder& order);

class Returns {
 public:
  const std::vector<ReturnOrder>& all() const { return list_; }
  ReturnOrder& at(std::size_t index) { return list_[index]; }
  const ReturnOrder& at(std::size_t index) const { return list_[index]; }
  std::optional<std::size_t> find(const std::string& id) const;
  const std::vector<std::size_t>& of_order(OrderNumber order) const;
  std::size_t add(ReturnOrder order);

 private:
  std::vector<ReturnOrder> list_;
  std::unordered_map<std::string, std::size_t> by_id_;
  std::unordered_map<OrderNumber, std::vector<std::size_t>> by_order_;
};

/// Opens a return for units of order lines (index, units), cut to what was shipped and not yet given back; nullopt when
/// nothing is left. `reason` empty: drawn. Its life goes on by itself.
std::optional<std::size_t> open_return(Seller& seller, OrderNumber order,
                                       const std::vector<std::pair<std::size_t, std::int64_t>>& lines,
                                       domain::UtcTime time, const std::string& reason);
/// Takes a published return order into the books as it is. Error: bad_input.
domain::Result<void> load_return(Seller& seller, const json::Value& payload);
/// Runs an agenda entry of kind return_step.
void run_return_entry(Seller& seller, const Agenda::Entry& entry);
/// Gives back units of one line of a return; the order's books get the refund. Returns the units given back.
std::int64_t refund_return(Seller& seller, std::size_t index, std::size_t line, std::int64_t units,
                           const std::string& channel, domain::UtcTime time);
/// Takes the refunds of a return back: it is cancelled after all. Returns the units that are no longer refunded.
std::int64_t reverse_refund(Seller& seller, std::size_t index, domain::UtcTime time);
/// The return order as GET /v3/returns shows it.
json::Value return_payload(const Seller& seller, const ReturnOrder& order, bool replacement_info);

ports::HttpResponse get_returns(Seller& seller, const Request& request, domain::UtcTime now);
ports::HttpResponse post_return_refund(Seller& seller, const Request& request, domain::UtcTime now);

}  // namespace connector::sandbox::walmart
