"""Answers of ``POST /chat/completions`` of any server that is like OpenAI's. Pure.

Servers differ in what they call an answer: no choice at all, ``null`` for its text, a refusal, the thoughts of the
model in its text, a stream that nobody asked for, an error under status 200. All of these are no answer.
"""

from __future__ import annotations

import re

import msgspec

from bot.core.language_model.tasks import ModelTask

_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_BROKEN_OFF = frozenset({"length", "content_filter", "tool_calls", "function_call"})


class UnusableAnswer(Exception):
    """An answer without a text that can be used; its message says what it was instead."""


class _Part(msgspec.Struct):
    type: str = ""
    text: str | None = None


class _Message(msgspec.Struct):
    content: str | list[_Part] | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct):
    message: _Message | None = None
    finish_reason: str | None = None


class _Completion(msgspec.Struct):
    choices: list[_Choice] | None = None


_DECODER = msgspec.json.Decoder(_Completion)


def request_of(task: ModelTask, model: str) -> dict[str, object]:
    """The body of a request."""
    return {
        "model": model,
        "messages": [
            {"role": "system", "content": task.instructions},
            {"role": "user", "content": task.data},
        ],
        "max_tokens": task.max_tokens,
        "temperature": 0,
        "stream": False,
    }


def text_of(body: bytes) -> str:
    """The text of an answer. Raises ``UnusableAnswer``."""
    try:
        completion = _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnusableAnswer("no completion in JSON") from error
    if not completion.choices:
        raise UnusableAnswer("no choice")
    choice = completion.choices[0]
    if choice.finish_reason in _BROKEN_OFF:
        raise UnusableAnswer(f"ended by {choice.finish_reason}")
    message = choice.message
    if message is None or message.content is None or message.refusal:
        raise UnusableAnswer("no text, or a refusal")
    text = message.content if isinstance(message.content, str) else _joined(message.content)
    said = _THOUGHTS.sub("", text).strip()
    if not said or "<think>" in said or "</think>" in said:
        raise UnusableAnswer("thoughts, and no text after them")
    return said


def _joined(parts: list[_Part]) -> str:
    return "".join(part.text or "" for part in parts if part.type in {"text", ""})
