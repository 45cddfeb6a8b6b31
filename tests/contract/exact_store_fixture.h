#pragma once

// A simulated division with a store that knows one connection.

#include <memory>

#include "exact_fixture.h"
#include "store/test_store.h"

namespace connector::contract {

class ExactStoreContract : public ExactContract {
 protected:
  std::unique_ptr<store::Store> store = store::testing::store_with_shop(time, time);
};

}  // namespace connector::contract
