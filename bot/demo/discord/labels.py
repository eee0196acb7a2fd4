"""Labels of the simulated Discord in each language, and patches of its page's files when served.

Where SimCord's page is written otherwise, it stays as it is. The tests find a change whose
text is no longer there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.demo.worlds.script import Language

Change = tuple[str, str]

PAGE_PATCHES: Mapping[str, Sequence[Change]] = {
    "/preview.css": (
        # It sizes what is typed into an option by its characters, which cuts Japanese in half.
        (
            ".command-option-input { flex: 0 1 auto; width: 2ch;",
            ".command-option-input { flex: 0 1 auto; field-sizing: content; "
            "width: auto !important; min-width: 3em;",
        ),
    ),
    "/timeline.js": (
        # It follows new messages from the very last pixel only; the grown input of a command takes more than that.
        ("ui.timeline.clientHeight <= 1 ?", "ui.timeline.clientHeight <= 160 ?"),
        # It opens at the top of the message it calls the target. Discord opens a channel at its newest message.
        (
            "state.scrollIntent = snapshot.targetId &&",
            'state.scrollIntent = !previousIds.some((id) => active.has(id)) ? { policy: "bottom" }\n'
            "      : snapshot.targetId &&",
        ),
        # It looks again where the reader stands before it followed what was drawn, and loses the bottom.
        (
            "state.ready = false;\n      if (state.scrollIntent",
            "const hasFollowed = state.ready;\n      state.ready = false;\n"
            '      if (!hasFollowed && state.scrollIntent?.policy === "bottom") return;\n'
            "      if (state.scrollIntent",
        ),
        (
            "\n    state.scrollIntent = captureScrollIntent();\n",
            "\n    const isDown = ui.timeline.scrollTop >= (state.scrolledTo || 0);\n"
            "    state.scrolledTo = ui.timeline.scrollTop;\n"
            '    if (isDown && !state.ready && state.scrollIntent?.policy === "bottom") return;\n'
            "    state.scrollIntent = captureScrollIntent();\n",
        ),
        # Who sends a command or a message goes to the newest message, where the answer will be.
        (
            'ui.newMessages.addEventListener("click"',
            'document.addEventListener("demo-sent", () => {\n'
            '    state.scrollIntent = { policy: "bottom" }; reconcileScrollIntent();\n  });\n'
            '  ui.newMessages.addEventListener("click"',
        ),
    ),
    # It drops an action sent while suggestions are loading or a new picture is awaited. Here the action is held
    # and dispatched next.
    "/actions.js": (
        ("let busyDeferred = false;", "let busyDeferred = false;\n  let held = null;"),
        (
            "if (pageAction(kind)) pageIntent(kind, extra); return; }",
            "if (pageAction(kind)) pageIntent(kind, extra);\n"
            "      else if (pending && pending.kind !== kind) held = { kind, extra, metadata }; return; }",
        ),
        (
            "awaitingRevision > context.publishedRevision) return;\n    beforePage",
            "awaitingRevision > context.publishedRevision) {\n"
            "      held = { kind, extra, metadata }; return; }\n    beforePage",
        ),
        ("if (busyDeferred && !Object", "if (busyDeferred && !held && !Object"),
        (
            "const next = queries.entries().next().value;",
            "if (held) { const next = held; held = null;\n"
            "      dispatch(next.kind, next.extra, next.metadata); return; }\n"
            "    const next = queries.entries().next().value;",
        ),
        ("queries.clear();", "queries.clear(); held = null;"),
        # See timeline.js.
        (
            "pending = action;\n    publish(); render();",
            "pending = action;\n    publish(); render();\n"
            '    if (["run_command", "send_message"].includes(kind))\n'
            '      document.dispatchEvent(new Event("demo-sent"));',
        ),
    ),
    "/composer.js": (
        ("sendButton.disabled = Boolean(state.pendingAction) || !state", "sendButton.disabled = !state"),
    ),
    # Commands and options under the names of the person's language, found by either.
    "/commands.js": (
        (
            'const invocation = String(entry.invocation || "");',
            'const told = String(entry.invocation || ""), shown = String(entry.shown || told);\n'
            "    const invocation = needle && told.toLocaleLowerCase().includes(needle) ? told : shown;",
        ),
        # Discord suggests as soon as an option is entered, before anything is typed.
        (
            'const current = String(field.value || "");',
            'const current = String(field.value || "");\n'
            "            const asked = autocompleteKey(currentDraft(), option.name, current);\n"
            "            if (!autocompleteResults.has(asked)) queryAutocomplete(option, current);",
        ),
        (
            'node("strong", "", `/${entry.invocation}`)',
            'node("strong", "", `/${entry.shown || entry.invocation}`)',
        ),
        (
            'node("span", "command-pill-label", option.name)',
            'node("span", "command-pill-label", option.shown || option.name)',
        ),
        (
            "if (!draft || currentDraft().available === false)",
            'if (!draft || currentDraft().available === false || pendingKind === "run_command")',
        ),
        # Suggestions that come late take the place of no other list, and open none again.
        (
            'if (!input || input.value !== String(body.value ?? "")) return;',
            'if (!input || currentPopupOwner !== input || input.value !== String(body.value ?? "")) return;',
        ),
        # A command that took longer than SimCord waits was sent all the same.
        (
            'submittedDraftIsCurrent && receipt?.settlement === "settled" &&',
            "submittedDraftIsCurrent && receipt &&",
        ),
        ("? [focused.name, focused.description", "? [focused.shown || focused.name, focused.description"),
        ("({ name: option.name, value: option.name,", "({ name: option.shown || option.name, value: option.name,"),
    ),
    "/command-drafts.js": (("invocation: entry.invocation,", "invocation: entry.shown || entry.invocation,"),),
}
JAPANESE: Mapping[str, Sequence[Change]] = {
    "/": (
        ('<html lang="en">', '<html lang="ja">'),
        ("Load earlier messages", "以前のメッセージを読み込む"),
        (">Newer messages<", ">新しいメッセージ<"),
        ("New messages · jump to latest", "新着メッセージへ移動"),
        ("No messages in this channel.", "このチャンネルにメッセージはありません。"),
        ('for="channel-composer-input">Message<', 'for="channel-composer-input">メッセージ<'),
        ('placeholder="Message"', 'placeholder="メッセージを送信"'),
        ('type="submit">Send<', 'type="submit">送信<'),
        ('aria-label="Cancel reply"', 'aria-label="返信をキャンセル"'),
        ('aria-label="Conversation"', 'aria-label="チャンネル"'),
        ('aria-label="SimCord preview"', 'aria-label="デモ"'),
        ('aria-label="Preview viewport"', 'aria-label="チャンネル"'),
        ('aria-label="Dialog"', 'aria-label="ダイアログ"'),
    ),
    "/preview.css": (
        # Its own font for Chinese characters draws them as in China.
        (
            '--preview-font-sans: "Noto Sans",',
            '--preview-font-sans: "Noto Sans CJK JP", "Noto Sans JP", "Hiragino Sans", "Yu Gothic UI", Meiryo, '
            '"Noto Sans",',
        ),
    ),
    "/messages.js": (
        ('invoker ? `${invoker} used ` : "Used "', 'invoker ? `${invoker}が使用: ` : "使用: "'),
        ('"an application command"', '"アプリのコマンド"'),
        ('"Unknown author"', '"不明な送信者"'),
        ('"APP"', '"アプリ"'),
        ('" (edited)"', '"（編集済み）"'),
        ('"(edited)"', '"（編集済み）"'),
        ("`Edited ${", "`編集: ${"),
        ('"Only you can see this"', '"これはあなただけに表示されています"'),
        ('"Thinking…"', '"考え中…"'),
        ('"Archived"', '"アーカイブ済み"'),
        ('thread.message_count === 1 ? "message" : "messages"', '"件のメッセージ"'),
        (
            '`Actions for ${message.author?.name || "message"}`',
            '`${message.author?.name || "メッセージ"}への操作`',
        ),
        ('"Reply"', '"返信"'),
        ('"Edit"', '"編集"'),
        ('"Delete"', '"削除"'),
        ('"Unpin"', '"ピン留めを外す"'),
        ('"Pin"', '"ピン留め"'),
    ),
    "/composer.js": (
        ('"Save" : "Send"', '"保存" : "送信"'),
        ("`${sendLabel} message (Enter)`", "`${sendLabel}（Enter）`"),
        ('"Edit message"', '"メッセージを編集"'),
        ('"You can use application commands here"', '"ここではアプリのコマンドが使えます"'),
        ("`Message ${channel.glyph}${channel.name}`", "`${channel.glyph}${channel.name} へメッセージを送信`"),
        ("`Editing message ${state.editTargetId}`", '"メッセージを編集中"'),
        ('`Replying to ${reply.author?.name || "Unknown author"}: ', '`${reply.author?.name || ""}に返信: '),
        ("`Replying to message ${state.replyToId}`", '"返信中"'),
        ('"Cancel edit" : "Cancel reply"', '"編集をキャンセル" : "返信をキャンセル"'),
    ),
    "/commands.js": (
        (
            'user: "MEMBERS", mentionable: "MEMBERS", role: "ROLES", channel: "CHANNELS"',
            'user: "メンバー", mentionable: "メンバー", role: "ロール", channel: "チャンネル"',
        ),
        ('|| "OPTIONS"', '|| "選択肢"'),
        ('"OPTIONS"', '"選択肢"'),
        ("`OPTIONS MATCHING ${current.toUpperCase()}`", '`候補${current ? `: ${current}` : ""}`'),
        ("`OPTIONS MATCHING ${field.value.toUpperCase()}`", '`候補${field.value ? `: ${field.value}` : ""}`'),
        ("`OPTIONS MATCHING ${input.value.toUpperCase()}`", '`候補${input.value ? `: ${input.value}` : ""}`'),
        ('"This field is required."', '"必須の項目です。"'),
        ('"Value length is outside the allowed range."', '"文字数が範囲外です。"'),
        ('"Value is outside the allowed range."', '"値が範囲外です。"'),
        ('"Choose an available option."', '"選択肢から選んでください。"'),
        ('"Enter a valid value."', '"正しい値を入力してください。"'),
        ('"Integer is outside the safe range."', '"値が範囲外です。"'),
        ('"COMMANDS"', '"コマンド"'),
        ("`Show ${identity.name} commands`", "`${identity.name}のコマンドを表示`"),
        ('"Application commands"', '"アプリのコマンド"'),
        ("`+${optional} optional`", "`他${optional}項目`"),
        ('"Loading commands"', '"コマンドを読み込み中"'),
        ('"Commands are unavailable"', '"コマンドを利用できません"'),
        ('"Exit command mode"', '"コマンドをやめる"'),
        (
            '{ name: "True", value: true }, { name: "False", value: false }',
            '{ name: "はい", value: true }, { name: "いいえ", value: false }',
        ),
        ('value.raw ? "True" : "False"', 'value.raw ? "はい" : "いいえ"'),
        (
            '"Loading options failed" : "No options match"',
            '"選択肢を読み込めませんでした" : "一致する選択肢はありません"',
        ),
        ("`Command /${currentDraft().invocation}`", "`コマンド /${currentDraft().invocation}`"),
        ('? ", required" : ""', '? "（必須）" : ""'),
        ("`Remove ${option.name} option`", "`${option.shown || option.name}を外す`"),
        ('`+${remaining} ${displayed.length ? "more" : "options"}`', "`+他${remaining}項目`"),
        ('"+ options"', '"+項目"'),
        ("`${missing.length} required options missing`", "`必須の項目が${missing.length}件あります`"),
        ("`${matches.length} commands`", "`コマンド${matches.length}件`"),
        (
            '"This command is no longer available. Exit command mode to continue."',
            '"このコマンドは使えなくなりました。"',
        ),
    ),
    "/components.js": (
        ('modal.title || "Dialog"', 'modal.title || "ダイアログ"'),
        ('"Close modal"', '"閉じる"'),
        (
            '`This form will be submitted to ${modal.application_name || "this application"}. '
            "Do not share passwords or other sensitive information.`",
            '`このフォームは${modal.application_name || "アプリ"}に送信されます。'
            "パスワードなどの機密情報は入力しないでください。`",
        ),
        ('"button-secondary", "Cancel"', '"button-secondary", "キャンセル"'),
        ('"button-primary", "Submit"', '"button-primary", "送信"'),
    ),
    "/modal.js": (
        ('"This field is required."', '"必須の項目です。"'),
        (
            "`Enter at least ${component.min_length} characters.`",
            "`${component.min_length}文字以上で入力してください。`",
        ),
        (
            "`Enter no more than ${component.max_length} characters.`",
            "`${component.max_length}文字以内で入力してください。`",
        ),
        ('"Choose at least one value."', '"1件以上選んでください。"'),
        ("`Choose at least ${minimum} value(s).`", "`${minimum}件以上選んでください。`"),
        ("`Choose no more than ${maximum} value(s).`", "`${maximum}件以内で選んでください。`"),
        ('"Choose one option."', '"1つ選んでください。"'),
        ('"Choose an available option."', '"選択肢から選んでください。"'),
    ),
    "/selects.js": (
        ('"Select one or more options" : "Select an option"', '"選択してください（複数可）" : "選択してください"'),
        ('placeholder || "Select an option"', 'placeholder || "選択してください"'),
        ('"Clear selection"', '"選択を解除"'),
        ('"Checking access to saved selections."', '"選択を確認しています。"'),
        (
            "`${selected.length} selected. Choose ${minimum}–${maximum} options.`",
            "`${selected.length}件選択中（${minimum}〜${maximum}件）`",
        ),
        ('"Search options"', '"検索"'),
        ('node("button", "", "Previous")', 'node("button", "", "前へ")'),
        ('node("button", "", "Next")', 'node("button", "", "次へ")'),
        ('"Options unavailable"', '"選択肢を利用できません"'),
        ('"Loading options"', '"読み込み中"'),
        ('"No matching options"', '"一致する選択肢はありません"'),
        ("`${entries.length} options on this page`", "`${entries.length}件`"),
        ('"APP"', '"アプリ"'),
        ('"No available options"', '"選択肢はありません"'),
        ('"SimCord selection draft actions"', '"選択の確定"'),
        ('"SimCord selection draft"', '"選択中"'),
        ('"select-apply", "Apply"', '"select-apply", "決定"'),
        ('"select-cancel", "Cancel"', '"select-cancel", "キャンセル"'),
    ),
    "/select-drafts.js": (
        ('"One or more selected options are no longer available."', '"選択したものの一部が使えなくなりました。"'),
        ('`Choose at least ${minimum} option${minimum === 1 ? "" : "s"}.`', "`${minimum}件以上選んでください。`"),
        ("`Choose no more than ${maximum} options.`", "`${maximum}件以内で選んでください。`"),
    ),
    "/text.js": (('"Reveal spoiler"', '"ネタバレを表示"'),),
}
ENGLISH: Mapping[str, Sequence[Change]] = {
    "/selects.js": (
        ('"SimCord selection draft actions"', '"Confirm selection"'),
        ('"SimCord selection draft"', '"Selection"'),
    ),
}
CHANGES: Mapping[Language, Sequence[Mapping[str, Sequence[Change]]]] = {
    "ja": (PAGE_PATCHES, JAPANESE),
    "en": (PAGE_PATCHES, ENGLISH),
}


@dataclass(frozen=True, slots=True)
class GuildNames:
    """Names of the server, its channels, and the people that a visitor can be."""

    bot: str
    guild: str
    alerts: str
    news: str
    alerts_topic: str
    news_topic: str
    editor: str
    member: str
    editor_role: str
    fan_role: str
    accounts: tuple[str, str]
    """The accounts of the two people, as they log in."""


LOCALES: Mapping[Language, str] = {"ja": "ja", "en": "en-US"}
ZONES: Mapping[Language, str] = {"ja": "Asia/Tokyo", "en": "UTC"}
NAMES: Mapping[Language, GuildNames] = {
    "ja": GuildNames(
        bot="瓦版",
        guild="瓦版デモ",
        alerts="トレンド通知",
        news="ニュース",
        alerts_topic="話題の投稿が届くチャンネルです",
        news_topic="フィードの記事が届くチャンネルです",
        editor="はる",
        member="みお",
        editor_role="編集長",
        fan_role="トレンド好き",
        accounts=("haru", "mio"),
    ),
    "en": GuildNames(
        bot="Kawaraban",
        guild="Kawaraban demo",
        alerts="trend-alerts",
        news="news",
        alerts_topic="Where the posts everybody talks about show up",
        news_topic="Where the articles of a feed show up",
        editor="Riley",
        member="Sam",
        editor_role="Editor",
        fan_role="Trend fans",
        accounts=("riley", "sam"),
    ),
}


def is_changed(path: str, language: Language) -> bool:
    """Whether the demo serves this file of SimCord's page otherwise."""
    return any(path in table for table in CHANGES[language])


def changed(path: str, text: str, language: Language) -> str:
    """A file of SimCord's page as the demo serves it."""
    for table in CHANGES[language]:
        for old, new in table.get(path, ()):
            text = text.replace(old, new)
    return text
