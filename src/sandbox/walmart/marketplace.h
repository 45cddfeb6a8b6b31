#pragma once

#include <cstddef>
#include <string_view>

#include "domain/result.h"
#include "sandbox/service.h"
#include "sandbox/walmart/seller.h"

namespace connector::sandbox::walmart {

/// The simulated Walmart Marketplace (US) for one seller account: the API of walmart.md, and beside it
/// /sandbox/walmart/... for tests: books, counters, switches, orders, advance, tokens.
class Marketplace : public Service {
 public:
  explicit Marketplace(Config config);

  ports::HttpResponse handle(const ports::ServerRequest& request, domain::UtcTime now) override;
  void advance(domain::UtcTime now) override;
  std::vector<Delivery> take_deliveries() override;
  void delivered(std::uint64_t id, const std::optional<ports::HttpResponse>& answer, domain::UtcTime now) override;

  /// Puts published payloads into the books: an answer of GET /v3/orders, of GET /v3/orders/{id}, of GET /v3/returns,
  /// or an array of orders. Returns how many were taken. Error: bad_input or malformed_response; what came before the
  /// wrong one stays.
  domain::Result<std::size_t> load_samples(std::string_view json_text);
  /// Adds a source of orders; those before the present are placed at once with the life they had since.
  void add_orders(const OrderGenerator& generator);

  Seller& seller() { return seller_; }
  const Seller& seller() const { return seller_; }

 private:
  /// The service's own time: never earlier than before, and ahead by what /sandbox/walmart/advance added.
  domain::UtcTime own_time(domain::UtcTime now);

  Seller seller_;
  domain::UtcTime latest_{};
  domain::Milliseconds ahead_{0};
};

}  // namespace connector::sandbox::walmart
