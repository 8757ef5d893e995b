namespace DeepLearning.Optimizers;

/// <summary>The numbers an optimizer works with; each parameter group has its own, and a schedule may change them between steps.</summary>
public abstract record OptimizerOptions
{
    /// <summary>The length of a step.</summary>
    public double LearningRate { get; set; }

    /// <summary>The strength of weight decay; 0 for none.</summary>
    public double WeightDecay { get; set; }

    /// <summary>Climbs instead of descending: the gradient's sign is turned round.</summary>
    public bool Maximize { get; set; }

    /// <summary>The options by name, as in <c>learning_rate 0.001, beta1 0.9</c>.</summary>
    public sealed override string ToString()
    {
        OptionExchange look = OptionExchange.Look();
        Exchange(look);
        return look.ToString();
    }

    /// <summary>Reads or writes each option by name, for checkpoints: <c>Momentum = exchange.Number("momentum", Momentum)</c>.</summary>
    /// <param name="exchange">Gives back the value to keep.</param>
    protected internal virtual void Exchange(OptionExchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        LearningRate = exchange.Number("learning_rate", LearningRate);
        WeightDecay = exchange.Number("weight_decay", WeightDecay);
        Maximize = exchange.Flag("maximize", Maximize);
    }

    /// <summary>Refuses options that make no sense.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    protected internal virtual void Validate()
    {
        CheckAtLeastZero(LearningRate, nameof(LearningRate));
        CheckAtLeastZero(WeightDecay, nameof(WeightDecay));
    }

    /// <summary>Refuses a negative number or NaN.</summary>
    /// <param name="value">The number.</param>
    /// <param name="name">The option's name.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or NaN.</exception>
    protected static void CheckAtLeastZero(double value, string name)
    {
        if (!(value >= 0))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be 0 or more.");
        }
    }

    /// <summary>Refuses a number outside [0, 1).</summary>
    /// <param name="value">The number.</param>
    /// <param name="name">The option's name.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is outside.</exception>
    protected static void CheckFraction(double value, string name)
    {
        if (!(value is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 0 and less than 1.");
        }
    }
}
