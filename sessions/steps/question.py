from .kind import Kind, any_text


class Question(Kind):
    """One sharp question and its context."""

    name = "question"
    prompts = {"question": "question"}

    def done(self, step):
        return any_text(step, "question")
