"""Questions on the bus: who owns the topic answers at once."""

from modcore import Kernel, Module, Refused
from support import raises


class Shop(Module):
    def start(self):
        self.property("open", "switch", value=False, set=self.turn)

    def turn(self, property, value):
        if value and self.closed_today:
            raise Refused("it is Sunday")
        property.value = value

    closed_today = False

    def answer(self, what, value):
        if what == "price":
            return value * 2
        if what == "refund":
            raise ValueError("no refunds")
        if what == "robbery":
            return self.properties["till"]
        raise LookupError("shop answers no " + what)


def shop():
    kernel = Kernel()
    kernel.add(Shop("shop"))
    kernel.start()
    return kernel


def test_a_question_is_answered_at_once_by_the_module_that_owns_the_topic():
    assert shop().bus.ask("shop/price", 21) == 42


def test_a_command_that_is_asked_tells_its_value_or_why_it_was_refused():
    kernel = shop()
    assert kernel.bus.ask("shop/open/set", True) is True and kernel.bus.get("shop/open") is True
    kernel.modules["shop"].closed_today = True
    assert str(raises(Refused, kernel.bus.ask, "shop/open/set", True)) == "it is Sunday"
    assert "takes true or false" in str(raises(Refused, kernel.bus.ask, "shop/open/set", "ajar"))
    assert kernel.modules["shop"].state == "RUNNING"


def test_a_refusal_goes_to_who_asked_and_a_bug_to_supervision_too():
    kernel = shop()
    assert str(raises(ValueError, kernel.bus.ask, "shop/refund")) == "no refunds"
    assert kernel.modules["shop"].state == "RUNNING"
    kernel.set_log_level("critical")
    assert str(raises(Refused, kernel.bus.ask, "shop/robbery")) == "shop/robbery: the module failed"
    assert kernel.modules["shop"].state == "FAILED"
    assert str(raises(LookupError, kernel.bus.ask, "shop/price", 1)) == "the module shop does not run"


def test_who_is_not_there_and_who_knows_nothing_of_it_answers_nothing():
    kernel = shop()
    kernel.add(Module("quiet"))
    kernel.start()
    for topic, text in (
        ("bank/price", "the module bank does not run"),
        ("shop", "shop answers no "),
        ("shop/opened/set", "shop answers no opened/set"),
        ("quiet/price", "the module quiet answers no questions"),
    ):
        assert str(raises(LookupError, kernel.bus.ask, topic)) == text, topic


def test_a_flood_of_questions_brings_no_module_down():
    class Bell(Module):
        def answer(self, what, value):
            for i in range(3):
                self.publish("bell/rings", i)

    kernel = shop()
    bell = kernel.add(Bell())
    kernel.start()
    told = []
    for _ in range(40):  # within one turn
        try:
            kernel.bus.ask("bell/ring")
        except Refused as error:
            told.append(str(error))
    kernel.step()
    assert bell.state == "RUNNING" and len(told) > 20 and "not all of it was done" in told[0], told[:1]
    kernel.bus.ask("bell/ring")
