"""What of the form an incentive is paid for: a filing, a spending, or something that the form does not ask."""

from data.model import Incentive
from index.match.firm import Paper, Spend
from index.match.words import match_words, says

_PAPERS = frozenset(Paper)


def own_paper(grant: Incentive) -> Paper | None:
    """Return the filing that a grant of this kind is paid for, `None` if it is paid for something else."""
    need = match_words().needs.get(grant.kind)
    return Paper(need) if need in _PAPERS else None


def own_spend(grant: Incentive) -> Spend | None:
    """Return the spending that a grant is paid for, `None` if its words name none that the form asks."""
    table = match_words()
    need = table.needs.get(grant.kind)
    if need is None or need in _PAPERS:
        return None
    told = table.rnd_base if need == Spend.RND else table.spending
    return Spend(need) if says(told, words_of(grant)) else None


def asked(grant: Incentive) -> bool:
    """Say whether the form asks what the grant is paid for."""
    return own_paper(grant) is not None or own_spend(grant) is not None


def words_of(grant: Incentive) -> str:
    """Return the words that say what is paid for: the trigger, and the quote where there is one."""
    return f"{grant.trigger}\n{grant.quote or ''}"
