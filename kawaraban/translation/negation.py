"""A "not" that was lost or won: the Japanese denies and the English does not, or the other way.

    >>> [flag.reason for flag in check_negation("株価は上がらなかった。", "The stock price rose.")]
    ['the Japanese is negative, the English is not']

The two directions are judged by different words. That a "not" was won needs a Japanese sentence
without any form that an English "not" may stand for (ない ず ぬ ません 不要 無罪). That one was
lost needs a negated predicate, and an English sentence without any word that may say it another way
(fail, lack, un-, few). Forms that look negative and deny nothing (かもしれない, に違いない) are
taken out first.
"""

from __future__ import annotations

import re

from kawaraban.types import Flag

_AFFIRMATIVE = re.compile(
    r"かも(?:しれ|知れ)(?:ない|ません)|(?:なけれ|ね)ばな[らり](?:ない|ません|ず|なかった)?"
    r"|な(?:けれ|く)(?:ば|ては)(?:なら|なり|いけ)(?:ない|ません|なかった)|(?:違|ちが)い(?:ない|ありません)"
    r"|(?:ほか|他)なら(?:ない|ず|ぬ)|だけでな[いく]|のみならず|少な(?:い|く(?:とも)?|かった)(?!ない)|必ず"
    r"|(?:^|(?<=[、。「はも]))まず|ざるを得(?:ない|ません|なかった)|ではない(?:だろう|でしょう)?か|じゃないか"
    r"|のではない(?:か|だろう|でしょう)|危ない|あぶない|もったいない"
)
_DENIES_LITTLE = re.compile(  # what English often says without a "not"
    r"しか(?:い|でき|なら)?(?:ない|なかった|ありません)|ほかない|わけにはいかない|とは限らない|やむを得ない|やまない"
    r"|欠かせ(?:ない|ません)|絶え(?:ない|ません|ず)|計り知れない|紛れもない|少なくない|少なくありません"
    r"|に(?:すぎ|過ぎ)(?:ない|ません|ず|なかった)|かね(?:ない|ません)|にもかかわらず|[関係拘]わらず|思わず"
    r"|とどまらず|振るわず|尽き(?:ない|ません)|[変止と]ま?わ?ら(?:ない|ず|ません)|及ば(?:ない|ず|なかった)"
)
_LICENSES_NOT = re.compile(
    r"ない|なか[っろ]|なく|なけ|ません|ぬ(?=[、。」よ一-龥])|(?<![はみ])ず(?=[、。」にとも一-龥ァ-ヴ]|$)|なさそう"
    r"|[無な]し[。、にで]|無[いくか]|無罪|まい(?=[。、と」])|(?<=[るすくむぐうつ])な(?=[」、。！!])"
    r"|不(?:明|可|能|十分|要|当|適|起訴|正確|公平|服|利|自然|思議|出馬|参加|在)|未(?:定|だ|発|公|決|達|完|解決|確認)"
    r"|苦手|休載|を除く|外れ|対象外|見送|自粛|禁止|一般人|ノー|NO"
)
_NEGATED = re.compile(
    r"(?:(?<!つ)ない|なかった|ません(?:でした)?|(?<![はみ])ず(?=[、。])|(?<!死)ぬ)(?:もの|わけ|の|ん|こと)?"
    r"(?:だ|です|である|が|けれど|ため|ので|という|とし|と[述語話指説主強明答伝み]|」|。|、|$)"
)
_PLAIN_NOT = re.compile(
    r"(?:(?<!or )\b(?:not|never|cannot)\b|n['’]t\b)"
    r"(?! (?:only|just|necessarily|to mention|both|least)\b)"
    r"(?!.{0,80}\buntil\b)",
    re.I,
)
_NEGATIVE = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|nowhere|neither|nor|without|cannot|un(?!der|t[io]|i[ftoqvs]"
    r"|cle\b|less\b)\w+|dis(?:agree|allow|approv|continu|satisf|regard|appear|connect|courag|miss"
    r"|qualif|prov|trust|honest|order|abl|advant|like|obey|appoint|pleas|interest)\w*"
    r"|in(?:adequate|sufficient|capable|complete|ability|effective|visible|appropriate|dependent"
    r"|evitab|finite|numerab|cessant|efficien|conclus|accura|correct|consist|different|stab|separab"
    r"|valid|dispens|significan)\w*|im(?:possib|probab|practical|mobil|perfect)\w*"
    r"|ir(?:regular|relevant|respons)\w*|il(?:legal|logical)\w*|non[a-z-]*|\w+less|fail\w*|lack\w*"
    r"|den(?:y|ied|ies|ying|ial)|refus\w+|reject\w*|few|little|hardly|barely|rarely|seldom|scarc\w+"
    r"|avoid\w*|prevent\w*|stop\w*|halt\w*|ban(?:s|ned|ning)?|miss(?:ed|es|ing)?|absen\w+|yet to"
    r"|far from|far below|rather than|instead|exempt\w*|rul\w+ out|ceas\w+|less|fewer|zero|shun\w*"
    r"|skip\w*|withh\w+|withstand\w*|resist\w*|oppos\w+|lost|los(?:e|es|ing|s)|beyond|other than"
    r"|except|only"
    r"|difficult\w*|doubt\w*|hard|remain\w*|short|limited|same|still|anything but|mis[a-z]+"
    r"|poor\w*|weak\w*|prohibit\w*|forbid\w*|barred|blocks?|blocked|declin\w+|neglect\w*|ignor\w*"
    r"|unchanged|constant\w*|empty|flat|kept? .{1,40} from|keeps? .{1,40} from|flawed|elusive)\b"
    r"|n['’]t\b",
    re.I,
)
_QUOTED = re.compile(r"[「『][^「」『』]*[」』]")


def check_negation(ja: str, en: str) -> list[Flag]:
    """At most one flag."""
    said = _AFFIRMATIVE.sub("", ja)
    if _PLAIN_NOT.search(en) and not _LICENSES_NOT.search(said):
        return [Flag("negation", "the English is negative, the Japanese is not")]
    plain = _DENIES_LITTLE.sub("", _AFFIRMATIVE.sub("", _QUOTED.sub("", ja)))
    if _NEGATED.search(plain) and not _NEGATIVE.search(en):
        return [Flag("negation", "the Japanese is negative, the English is not")]
    return []
