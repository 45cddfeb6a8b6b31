#pragma once

#include <string_view>

namespace connector::server {

/// The schemas of the OpenAPI document that more than one address names, or that are long: a JSON object.
std::string_view api_schemas();

}  // namespace connector::server
