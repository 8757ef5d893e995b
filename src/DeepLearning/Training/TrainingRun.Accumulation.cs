namespace DeepLearning.Training;

// How the batches between two steps of the optimizer are weighed, so that their gradients together are those of one large batch.
public abstract partial class TrainingRun
{
    /// <summary>Beyond this, weights are counted anew in units of the larger batch: gradients of 16 bits must not overflow.</summary>
    private const double MaxWeight = 16;

    // What a weight of 1 stands for (the count of the group's first batch), the sum of the weights, and the batches that counted something.
    private double _unit, _weights;
    private int _counting;

    /// <summary>Whether a step waits for several batches.</summary>
    private bool Accumulates => AccumulateBatches > 1;

    /// <summary>A group of batches begins.</summary>
    private protected void StartGroup() => (_unit, _weights, _counting) = (0, 0, 0);

    /// <summary>Takes a batch into the group.</summary>
    /// <param name="counted">What its loss counted; not 0.</param>
    /// <param name="isSum">Whether the loss is a sum: sums of batches add up to that of all.</param>
    /// <returns>The factor of its loss. The gradients are divided by the sum of all factors in the end.</returns>
    private protected double WeighInGroup(double counted, bool isSum)
    {
        _counting++;
        if (isSum || !Accumulates)
        {
            return 1;
        }

        _unit = _unit == 0 ? counted : _unit;
        double weight = counted / _unit;
        if (weight > MaxWeight)
        {
            ScaleGradients(1 / weight);
            (_unit, _weights, weight) = (counted, _weights / weight, 1);
        }

        _weights += weight;
        return weight;
    }

    /// <summary>Makes the gradients of the group those of its mean loss.</summary>
    /// <returns>False if nothing in the group counted: there is nothing to learn from it.</returns>
    private bool EndGroup()
    {
        bool counts = _counting > 0;
        if (_weights is not (0 or 1))
        {
            ScaleGradients(1 / _weights);
        }

        StartGroup();
        return counts;
    }

    private Tensor GroupState() => Tensor.From([_unit, _weights, _counting]);

    private void LoadGroupState(Tensor state)
    {
        double[] numbers = state.ToArray<double>();
        (_unit, _weights, _counting) = (numbers[0], numbers[1], (int)numbers[2]);
    }

    private static bool IsGroupState(double[] numbers, long batches) =>
        numbers.All(static n => n >= 0 && double.IsFinite(n)) && numbers[2] <= batches && Math.Truncate(numbers[2]) == numbers[2];

    private void ScaleGradients(double factor)
    {
        using GradMode.Region region = GradMode.NoGrad();
        foreach (Tensor parameter in Optimizer.ParameterGroups.SelectMany(static group => group.Parameters))
        {
            parameter.GradInternal?.MultiplyInPlace(factor);
        }
    }
}
