#pragma once

#include <string>
#include <string_view>

namespace connector::walmart {

/// The value of an Authorization header by HTTP Basic (RFC 7617): "Basic " and base64 of "user:password".
std::string basic_authorization(std::string_view user, std::string_view password);

}  // namespace connector::walmart
