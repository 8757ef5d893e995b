using DeepLearning.Optimizers;

namespace DeepLearning.Training;

/// <summary>
/// The batches between two steps of the optimizer, and how they are weighed, so that their gradients together are those of one large
/// batch: of this process, and with an exchange of all processes.
/// </summary>
internal sealed class GradientGroup(Optimizer optimizer)
{
    /// <summary>Beyond this, weights are counted anew in units of the larger batch: gradients of 16 bits must not overflow.</summary>
    private const double MaxWeight = 16;

    // What a weight of 1 stands for (the count of the group's first batch), the sum of the weights, and the batches that counted something.
    private double _unit, _weights;
    private int _counting;

    /// <summary>The batches that have ended.</summary>
    public int Batches { get; set; }

    /// <summary>The numbers that a checkpoint keeps beside <see cref="Batches"/>.</summary>
    public double[] State
    {
        get => [_unit, _weights, _counting];
        set => (_unit, _weights, _counting) = (value[0], value[1], (int)value[2]);
    }

    /// <summary>Whether a checkpoint's numbers can be a state of so many batches.</summary>
    public static bool IsState(double[] value, long batches) =>
        value.All(static n => n >= 0 && double.IsFinite(n)) && value[2] <= batches && Math.Truncate(value[2]) == value[2];

    /// <summary>A group of batches begins.</summary>
    public void Start() => (Batches, _unit, _weights, _counting) = (0, 0, 0, 0);

    /// <summary>Takes a batch into the group.</summary>
    /// <param name="counted">What its loss counted; not 0.</param>
    /// <param name="isSum">Whether the loss is a sum: sums of batches add up to that of all.</param>
    /// <returns>The factor of its loss. The gradients are divided by the sum of all factors in the end.</returns>
    public double Weigh(double counted, bool isSum)
    {
        _counting++;
        if (isSum)
        {
            return 1;
        }

        _unit = _unit == 0 ? counted : _unit;
        double weight = counted / _unit;
        if (weight > MaxWeight)
        {
            Scale(1 / weight);
            (_unit, _weights, weight) = (counted, _weights / weight, 1);
        }

        _weights += weight;
        return weight;
    }

    /// <summary>Makes the gradients those of the mean loss of the group, with an exchange of the groups of all processes.</summary>
    /// <param name="exchange">How several processes exchange gradients; null for one.</param>
    /// <returns>False if nothing in the group counted: there is nothing to learn from it.</returns>
    public bool End(IGradientExchange? exchange)
    {
        Batches = 0;
        bool counts = _counting > 0;
        if (exchange is not null)
        {
            counts = Exchange(exchange);
        }
        else if (_weights is not (0 or 1))
        {
            Scale(1 / _weights);
        }

        Start();
        return counts;
    }

    /// <summary>Adds up the gradients of all processes, each weighed by its share of what the losses counted.</summary>
    private bool Exchange(IGradientExchange exchange)
    {
        // Kept beyond the batch's scope: gradients made here are there until the next batch, as those of a backward pass are.
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        using GradMode.Region region = GradMode.NoGrad();
        Tensor[] parameters = [.. Parameters];
        double[] own = [_counting, _unit * _weights, .. parameters.Select(static p => p.GradInternal is null ? 0.0 : 1.0)];
        Tensor summed = Tensor.From(own);
        exchange.Sum([summed]);
        double[] all = summed.ToArray<double>();
        if (all[0] == 0)
        {
            return false;
        }

        // What is there are sums in units of _unit. A loss that is a sum has no such weight, and is added up as it is.
        double factor = all[1] > 0 && _weights > 0 ? _unit / all[1] : 1;
        if (factor != 1)
        {
            Scale(factor);
        }

        // A parameter that no process used has no gradient here either: an optimizer passes it over.
        List<Tensor> gradients = [];
        foreach ((Tensor parameter, double users) in parameters.Zip(all[2..]))
        {
            if (users > 0)
            {
                if (parameter.GradInternal is null)
                {
                    parameter.Grad = Tensor.ZerosLike(parameter);
                }

                gradients.Add(parameter.GradInternal!);
            }
        }

        exchange.Sum(gradients);
        return true;
    }

    private IEnumerable<Tensor> Parameters => optimizer.ParameterGroups.SelectMany(static group => group.Parameters);

    private void Scale(double factor)
    {
        using GradMode.Region region = GradMode.NoGrad();
        foreach (Tensor parameter in Parameters)
        {
            parameter.GradInternal?.MultiplyInPlace(factor);
        }
    }
}
