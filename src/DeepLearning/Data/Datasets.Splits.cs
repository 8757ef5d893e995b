namespace DeepLearning.Data;

public static partial class Datasets
{
    /// <summary>Divides a set at random into parts of given sizes, without overlap.</summary>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <param name="source">The set.</param>
    /// <param name="counts">The number of samples of each part; together all of the set.</param>
    /// <param name="generator">Where the order comes from; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">A count is negative, or they do not add up to the set's.</exception>
    public static Subset<T>[] RandomSplit<T>(this IDataset<T> source, ReadOnlySpan<int> counts, Generator? generator = null) =>
        Parts(source, SplitIndices.AtRandom(Count(source), counts, generator, nameof(RandomSplit)));

    /// <inheritdoc cref="RandomSplit{T}(IDataset{T}, ReadOnlySpan{int}, Generator?)"/>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <typeparam name="TBatch">The type of a batch.</typeparam>
    public static Subset<T, TBatch>[] RandomSplit<T, TBatch>(
        this IBatchedDataset<T, TBatch> source, ReadOnlySpan<int> counts, Generator? generator = null) =>
        Parts(source, SplitIndices.AtRandom(Count(source), counts, generator, nameof(RandomSplit)));

    /// <summary>Divides inputs and targets at random into parts of given sizes, without overlap.</summary>
    /// <inheritdoc cref="RandomSplit{T}(IDataset{T}, ReadOnlySpan{int}, Generator?)"/>
    public static Subset<Example, Example>[] RandomSplit(this TensorDataset source, ReadOnlySpan<int> counts,
        Generator? generator = null) =>
        RandomSplit<Example, Example>(source, counts, generator);

    /// <summary>Divides a set at random into parts of given shares, without overlap: <c>set.RandomSplit([0.8, 0.2])</c>.</summary>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <param name="source">The set.</param>
    /// <param name="fractions">
    /// The share of each part, above 0 and together 1; sizes are rounded so that they add up, the largest remainders upwards, and no part
    /// is empty: <c>[0.9, 0.1]</c> of 5 samples are 4 and 1.
    /// </param>
    /// <param name="generator">Where the order comes from; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">
    /// A fraction is not above 0, they do not add up to 1, or there are fewer samples than parts.
    /// </exception>
    public static Subset<T>[] RandomSplit<T>(this IDataset<T> source, ReadOnlySpan<double> fractions, Generator? generator = null) =>
        RandomSplit(source, SplitIndices.Counts(Count(source), fractions, nameof(RandomSplit)), generator);

    /// <inheritdoc cref="RandomSplit{T}(IDataset{T}, ReadOnlySpan{double}, Generator?)"/>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <typeparam name="TBatch">The type of a batch.</typeparam>
    public static Subset<T, TBatch>[] RandomSplit<T, TBatch>(
        this IBatchedDataset<T, TBatch> source, ReadOnlySpan<double> fractions, Generator? generator = null) =>
        RandomSplit(source, SplitIndices.Counts(Count(source), fractions, nameof(RandomSplit)), generator);

    /// <summary>
    /// Divides a set at random into parts of given sizes that have the classes in the set's proportions: the number of samples of a class
    /// in a part is its exact share, rounded up or down.
    /// </summary>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <typeparam name="TLabel">The type of a label.</typeparam>
    /// <param name="source">The set.</param>
    /// <param name="labels">The class of each sample.</param>
    /// <param name="counts">The number of samples of each part; together all of the set.</param>
    /// <param name="generator">Where the order comes from; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">
    /// There is not a label for each sample; a count is negative, or they do not add up to the set's.
    /// </exception>
    public static Subset<T>[] StratifiedSplit<T, TLabel>(
        this IDataset<T> source, IReadOnlyList<TLabel> labels, ReadOnlySpan<int> counts, Generator? generator = null)
        where TLabel : notnull =>
        Parts(source, SplitIndices.Stratified(Count(source), labels, counts, generator, nameof(StratifiedSplit)));

    /// <inheritdoc cref="StratifiedSplit{T, TLabel}(IDataset{T}, IReadOnlyList{TLabel}, ReadOnlySpan{int}, Generator?)"/>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <typeparam name="TBatch">The type of a batch.</typeparam>
    /// <typeparam name="TLabel">The type of a label.</typeparam>
    public static Subset<T, TBatch>[] StratifiedSplit<T, TBatch, TLabel>(
        this IBatchedDataset<T, TBatch> source, IReadOnlyList<TLabel> labels, ReadOnlySpan<int> counts, Generator? generator = null)
        where TLabel : notnull =>
        Parts(source, SplitIndices.Stratified(Count(source), labels, counts, generator, nameof(StratifiedSplit)));

    /// <summary>
    /// Divides a set at random into parts of given shares that have the classes in the set's proportions: the number of samples of a class
    /// in a part is its exact share, rounded up or down.
    /// </summary>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <typeparam name="TLabel">The type of a label.</typeparam>
    /// <param name="source">The set.</param>
    /// <param name="labels">The class of each sample.</param>
    /// <param name="fractions">The share of each part, above 0 and together 1; no part is empty.</param>
    /// <param name="generator">Where the order comes from; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">
    /// There is not a label for each sample; a fraction is not above 0, they do not add up to 1, or there are fewer samples than
    /// parts.
    /// </exception>
    public static Subset<T>[] StratifiedSplit<T, TLabel>(
        this IDataset<T> source, IReadOnlyList<TLabel> labels, ReadOnlySpan<double> fractions, Generator? generator = null)
        where TLabel : notnull =>
        StratifiedSplit(source, labels, SplitIndices.Counts(Count(source), fractions, nameof(StratifiedSplit)), generator);

    /// <inheritdoc cref="StratifiedSplit{T, TLabel}(IDataset{T}, IReadOnlyList{TLabel}, ReadOnlySpan{double}, Generator?)"/>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <typeparam name="TBatch">The type of a batch.</typeparam>
    /// <typeparam name="TLabel">The type of a label.</typeparam>
    public static Subset<T, TBatch>[] StratifiedSplit<T, TBatch, TLabel>(
        this IBatchedDataset<T, TBatch> source, IReadOnlyList<TLabel> labels, ReadOnlySpan<double> fractions, Generator? generator = null)
        where TLabel : notnull =>
        StratifiedSplit(source, labels, SplitIndices.Counts(Count(source), fractions, nameof(StratifiedSplit)), generator);

    /// <summary>Divides inputs and class indices at random into parts of given shares with the classes in the set's proportions.</summary>
    /// <param name="source">The set; its targets are class indices, a vector of integers.</param>
    /// <param name="fractions">The share of each part, above 0 and together 1; no part is empty.</param>
    /// <param name="generator">Where the order comes from; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">
    /// The targets are not a vector of integers; a fraction is not above 0, they do not add up to 1, or there are fewer samples than
    /// parts.
    /// </exception>
    public static Subset<Example, Example>[] StratifiedSplit(
        this TensorDataset source, ReadOnlySpan<double> fractions, Generator? generator = null) =>
        StratifiedSplit<Example, Example, long>(source, TargetClasses(source, nameof(StratifiedSplit)), fractions, generator);

    private static long[] TargetClasses(TensorDataset source, string operation)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Classes.Labels(source.Targets, operation);
    }

    private static int Count<T>(IDataset<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.Count;
    }

    private static Subset<T>[] Parts<T>(IDataset<T> source, int[][] parts) => Array.ConvertAll(parts, p => new Subset<T>(source, p));

    private static Subset<T, TBatch>[] Parts<T, TBatch>(IBatchedDataset<T, TBatch> source, int[][] parts) =>
        Array.ConvertAll(parts, p => new Subset<T, TBatch>(source, p));
}
