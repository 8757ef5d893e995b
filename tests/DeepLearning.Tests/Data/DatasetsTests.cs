using DeepLearning.Data;

namespace DeepLearning.Tests.DataTests;

[Trait("Rerun", "Culture")]
public class DatasetsTests
{
    private static readonly ArrayDataset<int> _hundred = new([.. Enumerable.Range(0, 100)]);

    [Fact]
    public void None_and_all_samples_can_be_taken_and_skipped_and_not_one_more()
    {
        ArrayDataset<int> three = new([5, 6, 7]);
        Assert.Equal((0, 3), (three.Take(0).Count, three.Take(3).Count));
        Assert.Equal((3, 0), (three.Skip(0).Count, three.Skip(3).Count));
        Assert.Equal((6, 7), (three.Take(2)[1], three.Skip(2)[0]));
        foreach (int count in (int[])[-1, 4, int.MinValue, int.MaxValue])
        {
            Assert.Contains($"Take: {count} samples of a set of 3; give 0 to 3.",
                Assert.Throws<ArgumentOutOfRangeException>(() => three.Take(count)).Message, StringComparison.Ordinal);
            Assert.Contains($"Skip: {count} samples of a set of 3; give 0 to 3.",
                Assert.Throws<ArgumentOutOfRangeException>(() => three.Skip(count)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_split_by_fractions_has_all_samples_in_parts_of_those_shares()
    {
        Subset<int>[] parts = _hundred.RandomSplit([0.29, 0.5, 0.21], new Generator(3));
        Assert.Equal([29, 50, 21], parts.Select(static p => p.Count));
        Assert.Equal(Enumerable.Range(0, 100), parts.SelectMany(static p => p.Indices).Order());
        Assert.Equal([34, 33, 33], _hundred.RandomSplit([1 / 3.0, 1 / 3.0, 1 / 3.0]).Select(static p => p.Count));
        Assert.Equal([2, 1], new ArrayDataset<int>([1, 2, 3]).RandomSplit([0.51, 0.49]).Select(static p => p.Count));
        Subset<Example, Example> training = Tensors([.. new long[10]]).RandomSplit([0.8, 0.2])[0];
        Assert.Equal(8, training.Count);
    }

    [Theory]
    [InlineData(5, new[] { 0.9, 0.1 }, new[] { 4, 1 })]
    [InlineData(5, new[] { 0.1, 0.9 }, new[] { 1, 4 })]
    [InlineData(2, new[] { 0.99, 0.01 }, new[] { 1, 1 })]
    [InlineData(4, new[] { 0.98, 0.01, 0.01 }, new[] { 2, 1, 1 })]
    [InlineData(3, new[] { 0.001, 0.001, 0.998 }, new[] { 1, 1, 1 })]
    [InlineData(1, new[] { 1.0 }, new[] { 1 })]
    public void No_part_of_a_split_by_fractions_is_empty(int count, double[] fractions, int[] expected)
    {
        ArrayDataset<int> set = new([.. Enumerable.Range(0, count)]);
        Assert.Equal(expected, set.RandomSplit(fractions, new Generator(1)).Select(static p => p.Count));
        Assert.Equal(expected, set.StratifiedSplit(new int[count], fractions, new Generator(1)).Select(static p => p.Count));
        Assert.Equal(expected, Tensors(new long[count]).RandomSplit(fractions).Select(static p => p.Count));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Fewer_samples_than_parts_are_refused_unless_sizes_are_given(int count)
    {
        ArrayDataset<int> set = new([.. Enumerable.Range(0, count)]);
        Assert.Contains($"3 shares of {count} samples",
            Assert.Throws<ArgumentException>(() => set.RandomSplit([0.8, 0.1, 0.1])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => set.StratifiedSplit(new int[count], [0.8, 0.1, 0.1]));
        Assert.Equal([count, 0], set.RandomSplit([count, 0]).Select(static p => p.Count));
    }

    [Theory]
    [InlineData(0.8, 0.3)]
    [InlineData(0.5, 0.4)]
    [InlineData(-0.5, 1.5)]
    [InlineData(1.0, 0.0)]
    [InlineData(double.NaN, 0.5)]
    public void Bad_fractions_are_refused(double first, double second)
    {
        Assert.Contains("fraction",
            Assert.Throws<ArgumentException>(() => _hundred.RandomSplit([first, second])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => _hundred.StratifiedSplit(new int[100], [first, second]));
    }

    [Fact]
    public void A_stratified_split_keeps_the_shares_of_classes_to_within_one_sample()
    {
        Generator random = new(9);
        for (int trial = 0; trial < 200; trial++)
        {
            int count = 20 + RandomOrder.Below(200, random.NextUInt64());
            int classes = 1 + RandomOrder.Below(12, random.NextUInt64());
            int[] labels = [.. Enumerable.Range(0, count).Select(_ =>
                RandomOrder.Below(1 + RandomOrder.Below(classes, random.NextUInt64()), random.NextUInt64()))];
            int[] counts = Sizes(count, 1 + RandomOrder.Below(6, random.NextUInt64()), random);
            Subset<int>[] parts = new ArrayDataset<int>(new int[count]).StratifiedSplit(labels, counts, random);
            Assert.Equal(counts, parts.Select(static p => p.Count));
            Assert.Equal(Enumerable.Range(0, count), parts.SelectMany(static p => p.Indices).Order());
            foreach (IGrouping<int, int> members in labels.GroupBy(static l => l))
            {
                for (int part = 0; part < parts.Length; part++)
                {
                    int got = parts[part].Indices.Count(i => labels[i] == members.Key);
                    double exact = (double)members.Count() * counts[part] / count;
                    Assert.InRange(got, Math.Floor(exact - 1e-9), Math.Ceiling(exact + 1e-9));
                }
            }
        }
    }

    [Fact]
    public void A_stratified_split_is_random_and_the_same_for_a_seed()
    {
        string[] labels = [.. Enumerable.Range(0, 100).Select(static i => i < 80 ? "a" : "b")];
        Subset<int>[] parts = _hundred.StratifiedSplit(labels, [0.75, 0.25], new Generator(4));
        Assert.Equal(60, parts[0].Indices.Count(static i => i < 80));
        Assert.Equal(15, parts[0].Indices.Count(static i => i >= 80));
        Assert.Equal(parts[1].Indices, _hundred.StratifiedSplit(labels, [0.75, 0.25], new Generator(4))[1].Indices);
        Assert.NotEqual(parts[1].Indices, _hundred.StratifiedSplit(labels, [0.75, 0.25], new Generator(5))[1].Indices);
        Assert.NotEqual(parts[1].Indices.Order(), parts[1].Indices);
        Assert.Contains("99 labels for 100 samples",
            Assert.Throws<ArgumentException>(() => _hundred.StratifiedSplit(labels[1..], [0.5, 0.5])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_for_every_sample_can_be_divided_too()
    {
        Subset<int>[] parts = _hundred.StratifiedSplit(Enumerable.Range(0, 100).ToArray(), [33, 33, 34], new Generator(4));
        Assert.Equal(Enumerable.Range(0, 100), parts.SelectMany(static p => p.Indices).Order());
    }

    [Fact]
    public void Class_indices_in_tensors_divide_a_set_of_tensors()
    {
        TensorDataset set = Tensors([.. Enumerable.Range(0, 40).Select(static i => (long)(i % 4))]);
        Subset<Example, Example>[] parts = set.StratifiedSplit([0.5, 0.5]);
        Assert.All([0L, 1, 2, 3], label => Assert.Equal(5, parts[1].Indices.Count(i => i % 4 == label)));
        Assert.Equal(20, DataLoader.Create(parts[0], 20).Single().Input.Shape[0]);
        (Subset<Example, Example> Training, Subset<Example, Example> Validation)[] folds = set.KFold(4, shuffle: false);
        Assert.Equal([10L, 19], folds[1].Validation.GetBatch([0, 9]).Input.ToArray<long>());
        Assert.All(set.StratifiedKFold(4), static f => Assert.Equal([30, 10], [f.Training.Count, f.Validation.Count]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Each_sample_validates_one_fold_and_trains_the_others(bool shuffle)
    {
        (Subset<int> Training, Subset<int> Validation)[] folds = _hundred.KFold(7, shuffle, new Generator(2));
        Assert.Equal(7, folds.Length);
        Assert.Equal(Enumerable.Range(0, 100), folds.SelectMany(static f => f.Validation.Indices).Order());
        Assert.All(folds, static f =>
        {
            Assert.InRange(f.Validation.Count, 14, 15);
            Assert.Equal(Enumerable.Range(0, 100), f.Training.Indices.Concat(f.Validation.Indices).Order());
        });
        Assert.Equal(!shuffle, folds[0].Validation.Indices.SequenceEqual(Enumerable.Range(0, 15)));
    }

    [Fact]
    public void Stratified_folds_have_every_class_in_proportion()
    {
        int[] labels = [.. Enumerable.Range(0, 100).Select(static i => i < 52 ? 0 : i < 90 ? 1 : 2)];
        (Subset<int> Training, Subset<int> Validation)[] folds = _hundred.StratifiedKFold(labels, 5, new Generator(2));
        Assert.Equal(Enumerable.Range(0, 100), folds.SelectMany(static f => f.Validation.Indices).Order());
        Assert.All(folds, f =>
        {
            Assert.Equal(100, f.Training.Indices.Union(f.Validation.Indices).Count());
            Assert.InRange(f.Validation.Indices.Count(i => labels[i] == 0), 10, 11);
            Assert.InRange(f.Validation.Indices.Count(i => labels[i] == 1), 7, 8);
            Assert.Equal(2, f.Validation.Indices.Count(i => labels[i] == 2));
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(101)]
    public void A_number_of_folds_that_cannot_be_is_refused(int folds)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _hundred.KFold(folds));
        Assert.Throws<ArgumentOutOfRangeException>(() => _hundred.StratifiedKFold(new int[100], folds));
    }

    [Fact]
    public void Parts_at_the_ends_and_a_fixed_random_order_are_subsets()
    {
        Assert.Equal([0, 1, 2], _hundred.Take(3).Indices);
        Assert.Equal([98, 99], _hundred.Skip(98).Indices);
        Assert.Equal(0, _hundred.Skip(100).Count);
        Subset<int> shuffled = _hundred.Shuffle(new Generator(1));
        Assert.NotEqual(shuffled.Indices.Order(), shuffled.Indices);
        Assert.Equal(Enumerable.Range(0, 100), shuffled.Indices.Order());
        Assert.Contains("101 samples of a set of 100",
            Assert.Throws<ArgumentOutOfRangeException>(() => _hundred.Take(101)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => _hundred.Take(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _hundred.Skip(101));
        Assert.Throws<ArgumentOutOfRangeException>(() => _hundred.Skip(-1));
        TensorDataset tensors = Tensors([0, 1, 2, 3]);
        Assert.Equal([2L, 3], tensors.Skip(2).GetBatch([0, 1]).Target.ToArray<long>());
        Assert.Equal([0L, 1], tensors.Take(2).GetBatch([0, 1]).Target.ToArray<long>());
        Assert.Equal(4, tensors.Shuffle().GetBatch([0, 1, 2, 3]).Target.Count);
    }

    private static TensorDataset Tensors(long[] labels) => new(Tensor.Arange(labels.Length).Reshape(-1, 1), Tensor.From(labels));

    private static int[] Sizes(int total, int parts, Generator random)
    {
        int[] cuts = [0, .. Enumerable.Range(1, parts - 1).Select(_ => RandomOrder.Below(total + 1, random.NextUInt64())).Order(), total];
        return [.. Enumerable.Range(0, parts).Select(i => cuts[i + 1] - cuts[i])];
    }
}
