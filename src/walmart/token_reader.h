#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "walmart/payload_fields.h"

namespace connector::walmart {

/// The answer of POST /v3/token (walmart.md 1.1).
struct TokenAnswer {
  std::string access_token;
  std::string refresh_token;  ///< only for grants of type authorization_code
  std::chrono::seconds lifetime{0};
};

/// The answer of GET /v3/token/detail (walmart.md 1.2).
struct TokenDetail {
  bool is_valid = false;
  std::optional<domain::UtcTime> issued_at;
  std::optional<domain::UtcTime> expires_at;
  std::map<std::string, std::string> scopes;  ///< "orders" -> full_access, view_only or no_access
};

domain::Result<TokenAnswer> read_token_answer(std::string_view body);
domain::Result<TokenDetail> read_token_detail(const json::Value& document);

}  // namespace connector::walmart
