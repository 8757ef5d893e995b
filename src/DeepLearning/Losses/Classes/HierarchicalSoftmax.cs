using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Losses;

/// <summary>
/// A softmax over many classes as a walk down a binary tree: the probability of a class is the product of those of the turns that lead to
/// it, σ(±(w·x + b)) at each inner node, so that a target costs as many products as it lies deep, not as many as there are classes. Morin
/// and Bengio, "Hierarchical probabilistic neural network language model", 2005; with Huffman's tree as Mikolov et al., 2013.
/// </summary>
public sealed class HierarchicalSoftmax : Module<Tensor, Tensor, Tensor>
{
    [Buffer(Persistent = false)]
    private readonly Tensor _nodes;

    [Buffer(Persistent = false)]
    private readonly Tensor _turns;

    private readonly LossReduction _reduction;

    /// <summary>Makes the layer.</summary>
    /// <param name="inFeatures">The length of the input's vectors.</param>
    /// <param name="classCount">The number of classes, two or more.</param>
    /// <param name="frequencies">How frequent each class is, 0 or more: frequent ones lie near the root (Huffman's tree). Without, all lie
    /// equally deep, as far as their number allows.</param>
    /// <param name="bias">Whether inner nodes have a bias.</param>
    /// <param name="reduction">Whether the mean, the sum or the samples' losses themselves are returned.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">There are fewer than two classes, or the frequencies are not one for each, 0 or
    /// more.</exception>
    public HierarchicalSoftmax(
        int inFeatures, int classCount, ReadOnlySpan<double> frequencies = default, bool bias = true,
        LossReduction reduction = LossReduction.Mean, DType dtype = DType.Float32, Generator? generator = null)
    {
        OptionChecks.AtLeast(inFeatures, 1, nameof(HierarchicalSoftmax));
        OptionChecks.AtLeast(classCount, 2, nameof(HierarchicalSoftmax));
        LossOperands.CheckReduction("HierarchicalSoftmax", reduction);
        (InFeatures, ClassCount, _reduction) = (inFeatures, classCount, reduction);
        (_nodes, _turns) = HuffmanTree.Paths(classCount, frequencies);
        _turns = _turns.To(dtype);
        double bound = 1 / Math.Sqrt(inFeatures);
        Weight = Initialize.NewUniform([classCount - 1, inFeatures], bound, dtype, generator);
        Bias = bias ? Initialize.NewUniform([classCount - 1], bound, dtype, generator) : null;
    }

    /// <summary>The length of the input's vectors.</summary>
    public int InFeatures { get; }

    /// <summary>The number of classes.</summary>
    public int ClassCount { get; }

    /// <summary>The vectors of the inner nodes, [classes − 1, in].</summary>
    public Parameter Weight { get; set; }

    /// <summary>The biases of the inner nodes, [classes − 1], or null.</summary>
    public Parameter? Bias { get; set; }

    /// <inheritdoc/>
    protected internal override string Details => $"{InFeatures}→{ClassCount}, depth {_nodes.Size(1)}";

    /// <summary>The negative log-likelihood of the targets.</summary>
    /// <param name="first">The vectors, [N, in].</param>
    /// <param name="second">The classes, of an integer type, [N].</param>
    /// <returns>A zero-dimensional tensor, or [N] without reduction.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="IndexException">A target is not a class.</exception>
    public override Tensor Forward(Tensor first, Tensor second)
    {
        Check(first);
        LossOperands.CheckInteger("HierarchicalSoftmax", second, "target");
        if (second.Rank != 1 || second.Size(0) != first.Size(0))
        {
            throw new ShapeException($"HierarchicalSoftmax: a target {second.Shape} does not fit an input {first.Shape}; it is [N].");
        }

        LossOperands.CheckReduction("HierarchicalSoftmax", _reduction, first);
        Tensor targets = second.Detach().To(DType.Int64);
        targets = ClassTargets.CheckRange(targets, ClassCount, "HierarchicalSoftmax");
        Tensor nodes = _nodes.IndexSelect(0, targets), turns = _turns.IndexSelect(0, targets);
        Tensor scores = Tensor.Embedding(Weight, nodes).MatMul(first.Unsqueeze(2)).Squeeze(2);
        scores = Bias is null ? scores : scores + Bias.IndexSelect(0, nodes.Reshape(-1)).Reshape(nodes.Shape);
        return LossOperands.Reduce(-LogLikelihood(scores, turns).Sum(1), _reduction, scores.DType);
    }

    /// <summary>The log-probabilities of all classes, [N, in] → [N, classes].</summary>
    /// <param name="input">The vectors.</param>
    public Tensor LogProbabilities(Tensor input)
    {
        Check(input);
        Tensor scores = input.Linear(Weight, Bias).IndexSelect(1, _nodes.Reshape(-1)).Reshape(-1, ClassCount, _nodes.Size(1));
        return LogLikelihood(scores, _turns).Sum(2);
    }

    /// <summary>log σ(±s) of each turn; 0 where a path has ended, which is where the turn is 0.</summary>
    private static Tensor LogLikelihood(Tensor scores, Tensor turns) => (scores * turns).LogSigmoid() * turns.Abs();

    private void Check(Tensor input)
    {
        LossOperands.CheckFloating("HierarchicalSoftmax", input, "input");
        if (input.Rank != 2 || input.Size(1) != InFeatures)
        {
            throw new ShapeException($"HierarchicalSoftmax: the input is [N, {InFeatures}], not {input.Shape}.");
        }
    }
}

/// <summary>Huffman's tree over classes.</summary>
file static class HuffmanTree
{
    /// <summary>
    /// For each class the inner nodes on its path, [classes, depth], and at each whether it turns left (1) or right (−1); 0 behind the end.
    /// </summary>
    public static (Tensor Nodes, Tensor Turns) Paths(int classes, ReadOnlySpan<double> frequencies)
    {
        if (frequencies.Length != 0 && frequencies.Length != classes)
        {
            throw new ArgumentException(
                $"HierarchicalSoftmax: there are {frequencies.Length} frequencies for {classes} classes.", nameof(frequencies));
        }

        // The two rarest become one, again and again; of equals those that were made first, so that equal classes lie equally deep.
        PriorityQueue<int, (double, int)> queue = new();
        int[] parents = new int[(2 * classes) - 1], turns = new int[parents.Length];
        for (int i = 0; i < classes; i++)
        {
            double frequency = frequencies.IsEmpty ? 1 : frequencies[i];
            if (!(frequency >= 0) || double.IsInfinity(frequency))
            {
                throw new ArgumentException(
                    $"HierarchicalSoftmax: the frequency {frequency} of class {i} is not 0 or more.", nameof(frequencies));
            }

            queue.Enqueue(i, (frequency, i));
        }

        for (int node = classes; node < parents.Length; node++)
        {
            queue.TryDequeue(out int left, out (double Frequency, int) rarest);
            queue.TryDequeue(out int right, out (double Frequency, int) next);
            (parents[left], turns[left]) = (node, 1);
            (parents[right], turns[right]) = (node, -1);
            queue.Enqueue(node, (rarest.Frequency + next.Frequency, node));
        }

        List<(int Node, int Turn)>[] paths = new List<(int, int)>[classes];
        for (int i = 0; i < classes; i++)
        {
            paths[i] = [];
            for (int node = i; node != parents.Length - 1; node = parents[node])
            {
                paths[i].Insert(0, (parents.Length - 1 - parents[node], turns[node]));
            }
        }

        int depth = paths.Max(static path => path.Count);
        long[] nodes = new long[classes * depth];
        double[] signs = new double[nodes.Length];
        for (int i = 0; i < classes; i++)
        {
            for (int k = 0; k < paths[i].Count; k++)
            {
                (nodes[(i * depth) + k], signs[(i * depth) + k]) = paths[i][k];
            }
        }

        return (Tensor.From(nodes, classes, depth), Tensor.From(signs, classes, depth));
    }
}
