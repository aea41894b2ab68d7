"""Texts that nobody publishes, by which a program shows how its time grows: each is a function of its length."""

import random

from liling import LILING

HANZI = "收入支出预算部门公用经费其中心委员会增加减少主要用于原因是比上年的项目中"
ANY = HANZI + "（）()，。；：、“”[]\n \t一二三0123456789.,%万元\u200b"


def _random(alphabet, length):
    return "".join(random.Random(length).choices(alphabet, k=length))


def _again(words, length):
    return (words * (length // len(words) + 1))[:length]


def _each(words, length):
    count = 2 * length // len(words)
    return "".join(words.format(k=k) for k in range(count))[:length]


# name → text of a length, or nearly
GROWING = {
    "a line without punctuation": lambda n: _random(HANZI, n),
    "one run of words": lambda n: _again("部门中心预算共有达到", n),
    "nested brackets": lambda n: "（" * (n // 2) + "）" * (n // 2),
    "nested half-width brackets": lambda n: "(" * (n // 2) + ")" * (n // 2),
    "wordings in brackets": lambda n: _again("（收入）（支出5万元", n),
    "figures in one paragraph": lambda n: _each("项目支出{k}.5万元，比上年增加{k}万元，", n),
    "figures in one sentence": lambda n: "收入" + _again("5万元和", n),
    "figures of one item": lambda n: _again("公务接待费1万元。公务接待费2万元。公务接待费3.0万元。", n),
    "changes without a subject": lambda n: "收入9万元" + _again("，比上年增加5万元", n),
    "reasons of one change": lambda n: "收入9万元，比上年增加5万元，原因是" + _again("培训费增加1万元，", n),
    "none, and yet a figure": lambda n: _again("未安排公务接待费，公务接待费5万元。", n),
    "purposes": lambda n: _each("会议费{k}万元，主要用于第{k}次全体会议。培训费1万元，主要用于{k}。", n),
    "glossary": lambda n: "名词解释\n" + _each("{k}.第{k}词：指收入。\n", n),
    "digits": lambda n: "1" * n + "万元",
    "thousands": lambda n: "收入" + "1,111" * (n // 5) + "1万元",
    "sections": lambda n: _again("一、收入\n（一）公用经费：是指5万元。\n名词解释\n1.收入：指收入。\n", n),
    "page numbers": lambda n: _again("收入5万元\n\n12\n\n", n),
    "blanks": lambda n: "5" + " " * n + "万元",
    "invisible characters": lambda n: _again("收\u200f\u200b", n),
    "random characters": lambda n: _again(_random(ANY, 400), n) if n < 10_000 else _random(ANY, n),
    "the Liling text over and over": lambda n: LILING.text * (n // 400),
}
