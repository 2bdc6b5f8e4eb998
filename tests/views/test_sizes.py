from memplan.views.sizes import longest_lived, size_figure
from tests.views.made_studies import chain, small


def test_each_blob_is_in_one_bar():
    study = chain(60)
    bar = size_figure(study).data[0]
    sizes = [buffer.size for buffer in study.problem.buffers]
    assert sum(bar.y) == sum(sizes)
    assert sum(int(text.replace(",", "")) for text in bar.text if text) == len(sizes)
    assert bar.x[0] == "64 B"


def test_sizes_between_the_bars_have_an_empty_one():
    bar = size_figure(small()).data[0]
    assert list(bar.x) == ["64 B", "128 B", "256 B", "512 B", "1 KiB"]
    assert list(bar.text) == ["1", "", "1", "", "4"]


def test_the_longest_lived_come_first():
    table = longest_lived(small())
    assert list(table["steps"]) == sorted(table["steps"], reverse=True)
    assert table["blob"][0] == "a"
    assert len(longest_lived(chain(80), limit=10)) == 10
    assert table.set_index("blob")["bytes"].isna()["rows"]
