using DeepLearning.Initializers;
using DeepLearning.Layers;
using DeepLearning.Losses;

namespace DeepLearning.Models;

/// <summary>
/// A linear-chain conditional random field (Lafferty, McCallum and Pereira 2001; over a network, Lample et al. 2016): the score of tags y
/// is start[y₁] + Σ emission[t, yₜ] + Σ transition[yₜ₋₁, yₜ] + end[y_T], their probability its exponential divided by the sum over all
/// sequences of tags. <see cref="Forward(Tensor, Tensor)"/> gives −log of the probability of the right tags, <see cref="Decode"/> the
/// likeliest ones (Viterbi 1967).
/// </summary>
/// <remarks>
/// Keys of the state dictionary: <c>start_transitions</c>, <c>end_transitions</c>, <c>transitions</c>, as those of the package pytorch-crf;
/// all start uniform in ±0.1, as there. The batch is the first axis.
/// </remarks>
public sealed class LinearChainCRF : Module<Tensor, Tensor, Tensor>
{
    /// <summary>Makes the field.</summary>
    /// <param name="numTags">The number of tags.</param>
    /// <param name="reduction">How the losses of the sequences become the result; mean, sum or none.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive, or there is no such reduction.</exception>
    public LinearChainCRF(
        int numTags, LossReduction reduction = LossReduction.Mean, DType dtype = DType.Float32, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(numTags);
        if (reduction is not (LossReduction.Mean or LossReduction.Sum or LossReduction.None))
        {
            throw new ArgumentOutOfRangeException(nameof(reduction), reduction, "LinearChainCRF: the reduction is mean, sum or none.");
        }

        (NumTags, Reduction) = (numTags, reduction);
        StartTransitions = Initialize.NewUniform([numTags], 0.1, dtype, generator);
        EndTransitions = Initialize.NewUniform([numTags], 0.1, dtype, generator);
        Transitions = Initialize.NewUniform([numTags, numTags], 0.1, dtype, generator);
    }

    /// <summary>The number of tags.</summary>
    public int NumTags { get; }

    /// <summary>How the losses of the sequences become the result.</summary>
    public LossReduction Reduction { get; }

    /// <summary>The scores of the first tag, [tags].</summary>
    public Parameter StartTransitions { get; set; }

    /// <summary>The scores of the last tag, [tags].</summary>
    public Parameter EndTransitions { get; set; }

    /// <summary>The scores of one tag (row) behind which another stands (column), [tags, tags].</summary>
    public Parameter Transitions { get; set; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{NumTags} tags{(Reduction == LossReduction.Mean ? "" : $", {Reduction.ToString().ToLowerInvariant()}")}";

    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Forward(first, second, null);

    /// <summary>−log p of the right tags.</summary>
    /// <param name="emissions">The scores of the tags at each step, [batch, steps, tags].</param>
    /// <param name="tags">The right tags, [batch, steps], of whole numbers; those behind a sequence's end are not looked at.</param>
    /// <param name="mask">True where a sequence has a step, the first ones of each, at least one, [batch, steps]; all when null.</param>
    /// <returns>The loss, reduced over the batch; [batch] where it is not.</returns>
    /// <exception cref="ShapeException">The shapes do not fit, or a sequence has no step; the message says what would.</exception>
    /// <exception cref="DTypeException">The tags are not of whole numbers, the mask not of truth values.</exception>
    /// <exception cref="IndexException">There is no such tag.</exception>
    public Tensor Forward(Tensor emissions, Tensor tags, Tensor? mask) => NamedCall.Of(
        this, (emissions, tags, mask), static (self, x) =>
        {
            int[] lengths = self.Lengths(x.emissions, x.mask);
            long[] checkedTags = self.CheckTags(x.tags, x.emissions, lengths);
            Tensor losses = self.Partition(x.emissions, lengths) - self.Score(x.emissions, checkedTags, lengths);
            return self.Reduction switch
            {
                LossReduction.Mean => losses.Mean(),
                LossReduction.Sum => losses.Sum(),
                _ => losses,
            };
        });

    /// <summary>The likeliest tags.</summary>
    /// <param name="emissions">The scores of the tags at each step, [batch, steps, tags].</param>
    /// <param name="mask">True where a sequence has a step, the first ones of each, at least one, [batch, steps]; all when null.</param>
    /// <returns>The tags, [batch, steps] of int64, −1 behind a sequence's end, and their scores, [batch].</returns>
    /// <exception cref="ShapeException">The shapes do not fit, or a sequence has no step; the message says what would.</exception>
    /// <exception cref="DTypeException">The mask is not of truth values.</exception>
    public (Tensor Tags, Tensor Scores) Decode(Tensor emissions, Tensor? mask = null) => NamedCall.Of(
        this, (emissions, mask), static (self, x) =>
        {
            using GradMode.Region none = GradMode.NoGrad();
            return self.Viterbi(x.emissions, self.Lengths(x.emissions, x.mask));
        });

    /// <summary>The lengths of the sequences, of inputs that fit.</summary>
    private int[] Lengths(Tensor emissions, Tensor? mask)
    {
        BlockChecks.Shape(this, emissions, "emissions", ("batch", -1), ("steps", -1), ("tags", NumTags));
        int batch = emissions.Size(0), steps = emissions.Size(1);
        BlockChecks.TokenMask(this, mask, "mask", batch, steps);
        if (batch == 0 || steps == 0)
        {
            throw new ShapeException($"{Kind}: emissions {emissions.Shape} have no sequence or no step.");
        }

        int[] lengths = [.. Enumerable.Repeat(steps, batch)];
        if (mask is not null)
        {
            bool[] isThere = mask.ToArray<bool>();
            for (int row = 0; row < batch; row++)
            {
                ReadOnlySpan<bool> own = isThere.AsSpan(row * steps, steps);
                int length = own.IndexOf(false);
                lengths[row] = length < 0 ? steps : length;
                if (length == 0 || (length > 0 && own[length..].Contains(true)))
                {
                    throw new ShapeException(
                        $"{Kind}: in row {row} the mask is not true for the first steps, at least one, and false behind them.");
                }
            }
        }

        return lengths;
    }

    private long[] CheckTags(Tensor tags, Tensor emissions, int[] lengths)
    {
        BlockChecks.Tokens(this, tags, "tags");
        BlockChecks.Shape(this, tags, "tags", ("batch", emissions.Size(0)), ("steps", emissions.Size(1)));
        long[] given = tags.To(DType.Int64).ToArray<long>();
        int steps = tags.Size(1);
        for (int place = 0; place < given.Length; place++)
        {
            if (place % steps >= lengths[place / steps])
            {
                given[place] = 0;
            }
            else if (given[place] < 0 || given[place] >= NumTags)
            {
                throw new IndexException(
                    $"{Kind}: tags[{place / steps}, {place % steps}] is {given[place]}; there are the tags 0 to {NumTags - 1}.");
            }
        }

        return given;
    }

    /// <summary>The scores of the tags, [batch].</summary>
    private Tensor Score(Tensor emissions, long[] tags, int[] lengths)
    {
        int batch = emissions.Size(0), steps = emissions.Size(1);
        List<long> places = [], pairs = [], rows = [], pairRows = [];
        long[] first = new long[batch], last = new long[batch];
        for (int row = 0; row < batch; row++)
        {
            ReadOnlySpan<long> own = tags.AsSpan(row * steps, lengths[row]);
            (first[row], last[row]) = (own[0], own[^1]);
            for (int step = 0; step < own.Length; step++)
            {
                places.Add((((long)row * steps) + step) * NumTags + own[step]);
                rows.Add(row);
                if (step > 0)
                {
                    pairs.Add((own[step - 1] * NumTags) + own[step]);
                    pairRows.Add(row);
                }
            }
        }

        Tensor score = StartTransitions.IndexSelect(0, At(first)) + EndTransitions.IndexSelect(0, At(last));
        score = score.IndexAdd(0, At([.. rows]), emissions.Flatten().IndexSelect(0, At([.. places])));
        return pairs.Count == 0 ? score : score.IndexAdd(0, At([.. pairRows]), Transitions.Flatten().IndexSelect(0, At([.. pairs])));

        Tensor At(long[] numbers) => Tensor.From(numbers).To(emissions.Device);
    }

    /// <summary>The logarithm of the sum over all sequences of tags of the exponentials of their scores, [batch].</summary>
    private Tensor Partition(Tensor emissions, int[] lengths)
    {
        Tensor[] steps = emissions.Unbind(1);
        Tensor scores = StartTransitions + steps[0];
        for (int step = 1; step < steps.Length; step++)
        {
            Tensor next = (scores.Unsqueeze(2) + Transitions).LogSumExp(1) + steps[step];
            scores = Kept(next, scores, lengths, step);
        }

        return (scores + EndTransitions).LogSumExp(1);
    }

    /// <summary>The new scores of the sequences that have the step, the old ones of the others.</summary>
    private static Tensor Kept(Tensor next, Tensor scores, int[] lengths, int step)
    {
        if (Array.TrueForAll(lengths, length => step < length))
        {
            return next;
        }

        Tensor goesOn = Tensor.From(Array.ConvertAll(lengths, length => step < length)).To(next.Device);
        return Tensor.Where(goesOn.Unsqueeze(1), next, scores);
    }

    private (Tensor Tags, Tensor Scores) Viterbi(Tensor emissions, int[] lengths)
    {
        Tensor[] steps = emissions.Unbind(1);
        Tensor scores = StartTransitions + steps[0];
        List<long[]> from = [];
        for (int step = 1; step < steps.Length; step++)
        {
            (Tensor best, Tensor origin) = (scores.Unsqueeze(2) + Transitions).Max(1);
            from.Add(origin.ToArray<long>());
            scores = Kept(best + steps[step], scores, lengths, step);
        }

        (Tensor score, Tensor end) = (scores + EndTransitions).Max(1);
        long[] last = end.ToArray<long>(), tags = new long[lengths.Length * steps.Length];
        Array.Fill(tags, -1);
        for (int row = 0; row < lengths.Length; row++)
        {
            long tag = last[row];
            for (int step = lengths[row] - 1; step >= 0; step--)
            {
                tags[(row * steps.Length) + step] = tag;
                tag = step > 0 ? from[step - 1][(row * NumTags) + tag] : tag;
            }
        }

        return (Tensor.From(tags, lengths.Length, steps.Length).To(emissions.Device), score);
    }
}
