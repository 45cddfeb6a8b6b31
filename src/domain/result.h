#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "domain/cause.h"

namespace connector::domain {

/// A failure as a value: its root cause and a text for a person (what, where, what to do).
/// Never holds secrets or customer data.
struct Error {
  Cause cause = Cause::bad_input;
  std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;

/// `return fail(Cause::missing_item, "...")` from any function that returns Result<T>.
inline tl::unexpected<Error> fail(Cause cause, std::string message) {
  return tl::unexpected<Error>(Error{cause, std::move(message)});
}
inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

}  // namespace connector::domain
