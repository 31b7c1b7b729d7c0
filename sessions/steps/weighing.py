from .kind import Kind, any_revealed


class Weighing(Kind):
    """How heavy each argument is: each alone and unseen, then revealed together."""

    name = "weighing"
    weighs = True

    def done(self, step):
        return any_revealed(step)
