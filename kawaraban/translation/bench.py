"""How fast a translation model is here: greedy and beam, a list at once and one after the other.

Input:  a model directory.
Output: a JSON object with the hardware, and per way of searching sentences and pieces a second.

    {"model": "ja-en@0.1.0+…", "hardware": {"processor": …, "cores": 2, …}, "n_sentences": 40,
     "runs": [{"search": "greedy", "batch": "list", "sentences_per_s": 61.5, …}, …]}

Pieces are those of the English output. A figure is the median of rounds over the same sentences,
after one that does not count; slowest and fastest round stand beside it. The sentences are news
made up for this purpose, short and long, with the figures and names that news has.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kawaraban.translation.engine import CTranslate2Translator, DecodeOptions, load_translator

SENTENCES = (
    "北浜市は4日、老朽化した市営プールを来年3月で閉鎖すると発表した。",
    "市によると、利用者は10年前の3分の1に減っている。",
    "跡地には図書館と子育て支援施設を建てる方針だ。",
    "総事業費は約48億円で、うち12億円を国の補助金で賄う。",
    "中央銀行は政策金利を0.25%引き上げ、年0.75%とすることを賛成多数で決めた。",
    "物価の上昇が続いており、賃金も上がっていると判断した。",
    "記者会見で総裁は「急ぐ必要はないが、待つ理由も少なくなった」と述べた。",
    "円相場は一時、1ドル=147円20銭まで上昇した。",
    "東海電機は同日、2025年4〜9月期の純利益が前年同期比18%増の1240億円だったと発表した。",
    "データセンター向けの電源装置が伸び、売上高は過去最高を更新した。",
    "一方、家庭用エアコンは天候不順の影響で7%減った。",
    "通期の業績予想は据え置いた。",
    "北部の山沿いでは26日夜から雪が降り、27日朝までに最大で65センチ積もった。",
    "高速道路は3つの区間で通行止めとなり、およそ200台が立ち往生した。",
    "県は自衛隊に災害派遣を要請した。",
    "けが人の情報は入っていない。",
    "大学の研究チームは、海底の微生物がプラスチックを分解する仕組みを突き止めたと、英科学誌に発表した。",
    "実験では、厚さ0.1ミリの膜が40日でほぼ半分になった。",
    "実用化までには少なくとも5年かかる見通しだ。",
    "与党は来週にも法案を衆院に提出し、今国会での成立を目指す。",
    "野党は「議論が尽くされていない」として反発を強めている。",
    "世論調査では賛成が46%、反対が39%だった。",
    "知事選は12月7日に告示され、21日に投開票される。",
    "現職と新人2人の三つどもえになる公算が大きい。",
    "新型の観測衛星は28日午前9時46分に打ち上げられ、約16分後に予定の軌道に入った。",
    "海面の高さを誤差2センチ以内で測ることができる。",
    "開発費は382億円。",
    "港湾労組は賃上げをめぐって24時間のストライキに入り、コンテナ船11隻の荷役が止まった。",
    "会社側は30日に改めて回答するとしている。",
    "国内の新車販売台数は10月、前年同月比3.1%減の38万7000台と、2カ月ぶりに前年を下回った。",
    "電気自動車は2倍以上に増えたが、全体に占める割合は4%にとどまる。",
    "病院は患者の情報が外部に漏れた可能性があるとして、およそ1万2000人に文書で謝罪した。",
    "サーバーのパスワードが初期設定のまま使われていたという。",
    "警察は不正アクセス禁止法違反の疑いで捜査している。",
    "決勝では延長の末に2対1で勝ち、38年ぶり2度目の優勝を果たした。",
    "主将の早川選手は「地元の皆さんに早く報告したい」と涙を見せた。",
    "両国の首脳は電話で約40分間会談し、停戦の監視に協力することで一致した。",
    "外務省によると、対面での会談は来年1月にも開く方向で調整している。",
    "米国産の小麦は天候の悪化で収穫が遅れており、国際価格は1カ月で1割近く上がった。",
    "製粉各社は来春の値上げを検討しているが、パンや麺の需要は鈍く、どこまで転嫁できるかは見通せない。",
)
_ONE_BY_ONE = 10  # sentences; the list would take too long


def measure(
    directory: Path, *, threads: int = 2, beam_size: int = 2, least_s: float = 3.0
) -> dict[str, Any]:
    """Loads the model and measures it; takes about four times `least_s`."""
    began = time.perf_counter()
    translator = load_translator(directory, threads=threads, beam_size=beam_size)
    load_s = time.perf_counter() - began
    beam = max(2, beam_size)
    searches = (("greedy", 1), (f"beam {beam}", beam))
    runs = []
    for search, size in searches:
        options = replace(translator.options, beam_size=size)
        for batch, calls in (
            ("list", [SENTENCES]),
            ("one a call", [(sentence,) for sentence in SENTENCES[:_ONE_BY_ONE]]),
        ):
            figures = _rounds(translator, calls, options=options, least_s=least_s)
            runs.append({"search": search, "batch": batch, **figures})
    return {
        "model": translator.model,
        "path": str(directory),
        "hardware": hardware() | {"threads": threads},
        "n_sentences": len(SENTENCES),
        "load_s": round(load_s, 3),
        "runs": runs,
    }


def hardware() -> dict[str, Any]:
    """Processor, cores that this process may use, memory, and how busy the machine was."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    flags = next((line.split() for line in lines if line.startswith("flags")), [])
    found: dict[str, Any] = {
        "processor": names[0] if names else platform.processor() or platform.machine(),
        "instructions": [n for n in ("avx2", "avx512f", "avx512_vnni", "amx_int8") if n in flags],
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "system": platform.platform(terse=True),
    }
    if hasattr(os, "getloadavg"):
        found["load_1min"] = round(os.getloadavg()[0], 1)
    return found


def _rounds(
    translator: CTranslate2Translator,
    calls: Sequence[Sequence[str]],
    *,
    options: DecodeOptions,
    least_s: float,
) -> dict[str, Any]:
    n_pieces = _translate(translator, calls, options)
    n_sentences = sum(map(len, calls))
    times_s: list[float] = []
    while len(times_s) < 3 or sum(times_s) < least_s:
        began = time.perf_counter()
        _translate(translator, calls, options)
        times_s.append(time.perf_counter() - began)
    rates = sorted(n_sentences / time_s for time_s in times_s)
    median_s = statistics.median(times_s)
    return {
        "sentences_per_s": round(n_sentences / median_s, 2),
        "tokens_per_s": round(n_pieces / median_s, 1),
        "slowest_and_fastest": [round(rates[0], 2), round(rates[-1], 2)],
        "n_rounds": len(times_s),
    }


def _translate(
    translator: CTranslate2Translator, calls: Sequence[Sequence[str]], options: DecodeOptions
) -> int:
    """Output pieces of all calls."""
    return sum(
        len(hypotheses[0].pieces)
        for call in calls
        for hypotheses in translator.decode(call, options)
    )
