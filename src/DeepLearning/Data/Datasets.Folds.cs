namespace DeepLearning.Data;

public static partial class Datasets
{
    /// <summary>
    /// Divides a set for cross-validation: each sample is in the validation part of one fold and in the training part of the others.
    /// </summary>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <param name="source">The set.</param>
    /// <param name="folds">How many; the sizes of their validation parts differ by one at most.</param>
    /// <param name="shuffle">Divide at random; otherwise a validation part is a run of the set.</param>
    /// <param name="generator">Where the order comes from; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 folds, or more than samples.</exception>
    public static (Subset<T> Training, Subset<T> Validation)[] KFold<T>(
        this IDataset<T> source, int folds, bool shuffle = true, Generator? generator = null) =>
        Folds(source, SplitIndices.Folds(Count(source), folds, shuffle, generator));

    /// <inheritdoc cref="KFold{T}(IDataset{T}, int, bool, Generator?)"/>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <typeparam name="TBatch">The type of a batch.</typeparam>
    public static (Subset<T, TBatch> Training, Subset<T, TBatch> Validation)[] KFold<T, TBatch>(
        this IBatchedDataset<T, TBatch> source, int folds, bool shuffle = true, Generator? generator = null) =>
        Folds(source, SplitIndices.Folds(Count(source), folds, shuffle, generator));

    /// <summary>
    /// Divides a set at random for cross-validation, each fold with the classes in the set's proportions: the number of samples of a class
    /// in a validation part is its exact share, rounded up or down.
    /// </summary>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <typeparam name="TLabel">The type of a label.</typeparam>
    /// <param name="source">The set.</param>
    /// <param name="labels">The class of each sample.</param>
    /// <param name="folds">How many; the sizes of their validation parts differ by one at most.</param>
    /// <param name="generator">Where the order comes from; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 folds, or more than samples.</exception>
    /// <exception cref="ArgumentException">There is not a label for each sample.</exception>
    public static (Subset<T> Training, Subset<T> Validation)[] StratifiedKFold<T, TLabel>(
        this IDataset<T> source, IReadOnlyList<TLabel> labels, int folds, Generator? generator = null)
        where TLabel : notnull =>
        Folds(source, SplitIndices.StratifiedFolds(Count(source), labels, folds, generator));

    /// <inheritdoc cref="StratifiedKFold{T, TLabel}(IDataset{T}, IReadOnlyList{TLabel}, int, Generator?)"/>
    /// <typeparam name="T">The type of a sample.</typeparam>
    /// <typeparam name="TBatch">The type of a batch.</typeparam>
    /// <typeparam name="TLabel">The type of a label.</typeparam>
    public static (Subset<T, TBatch> Training, Subset<T, TBatch> Validation)[] StratifiedKFold<T, TBatch, TLabel>(
        this IBatchedDataset<T, TBatch> source, IReadOnlyList<TLabel> labels, int folds, Generator? generator = null)
        where TLabel : notnull =>
        Folds(source, SplitIndices.StratifiedFolds(Count(source), labels, folds, generator));

    /// <summary>Divides inputs and class indices at random for cross-validation, with the classes in the set's proportions.</summary>
    /// <param name="source">The set; its targets are class indices, a vector of integers.</param>
    /// <param name="folds">How many; the sizes of their validation parts differ by one at most.</param>
    /// <param name="generator">Where the order comes from; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 folds, or more than samples.</exception>
    /// <exception cref="ArgumentException">The targets are not a vector of integers.</exception>
    public static (Subset<Example, Example> Training, Subset<Example, Example> Validation)[] StratifiedKFold(
        this TensorDataset source, int folds, Generator? generator = null) =>
        StratifiedKFold<Example, Example, long>(source, TargetClasses(source, nameof(StratifiedKFold)), folds, generator);

    private static (Subset<T> Training, Subset<T> Validation)[] Folds<T>(IDataset<T> source, int[][] parts) =>
        Array.ConvertAll(Subsets(parts), p => (new Subset<T>(source, p.Training), new Subset<T>(source, p.Validation)));

    private static (Subset<T, TBatch> Training, Subset<T, TBatch> Validation)[] Folds<T, TBatch>(
        IBatchedDataset<T, TBatch> source, int[][] parts) =>
        Array.ConvertAll(Subsets(parts), p => (new Subset<T, TBatch>(source, p.Training), new Subset<T, TBatch>(source, p.Validation)));

    private static (int[] Training, int[] Validation)[] Subsets(int[][] parts) =>
        Array.ConvertAll(parts, validation => (parts.Where(p => p != validation).SelectMany(static p => p).ToArray(), validation));
}
