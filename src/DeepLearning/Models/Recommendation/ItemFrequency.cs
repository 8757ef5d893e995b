using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// How often items come in a stream of batches, estimated as it goes by (Yi et al. 2019, algorithm 2): the mean number of batches between
/// two in which an item comes is followed by b ← (1 − α) b + α · (now − last time), and the probability that a batch has it is 1/b. Each
/// item has a place of its own instead of a hashed one, so that no two disturb each other.
/// </summary>
public sealed class ItemFrequency
{
    private readonly Dictionary<long, (long Last, double Gap)> _items = [];

    /// <summary>Makes an estimate of nothing.</summary>
    /// <param name="rate">α, how much a new gap counts.</param>
    /// <param name="firstGap">The gap of an item that comes for the first time.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not above 0, up to 1, or the gap is less than 1.</exception>
    public ItemFrequency(double rate = 0.01, double firstGap = 100)
    {
        if (!(rate > 0 && rate <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "ItemFrequency: a rate is above 0, up to 1.");
        }

        if (!(firstGap >= 1) || double.IsInfinity(firstGap))
        {
            throw new ArgumentOutOfRangeException(nameof(firstGap), firstGap, "ItemFrequency: a gap is 1 batch or more.");
        }

        (Rate, FirstGap) = (rate, firstGap);
    }

    /// <summary>α, how much a new gap counts.</summary>
    public double Rate { get; }

    /// <summary>The gap of an item that comes for the first time.</summary>
    public double FirstGap { get; }

    /// <summary>The number of batches that came.</summary>
    public long Batches { get; private set; }

    /// <summary>The number of items.</summary>
    public int Count => _items.Count;

    /// <summary>Counts a batch, and says how likely a batch has each of its items.</summary>
    /// <param name="identifiers">The identifiers of the items, int64 or int32 [n]; the same one several times counts once.</param>
    /// <returns>The logarithms of the probabilities, float32 [n], 0 at most.</returns>
    /// <exception cref="DTypeException">The identifiers are not whole numbers.</exception>
    public Tensor Observe(Tensor identifiers)
    {
        ArgumentNullException.ThrowIfNull(identifiers);
        if (identifiers.DType is not (DType.Int64 or DType.Int32))
        {
            throw new DTypeException($"ItemFrequency: identifiers are of int64 or int32, not of {identifiers.DType.Name()}.");
        }

        Batches++;
        long[] items = identifiers.To(DType.Int64).ToArray<long>();
        foreach (long item in items)
        {
            if (!_items.TryGetValue(item, out (long Last, double Gap) known))
            {
                _items[item] = (Batches, FirstGap);
            }
            else if (known.Last != Batches)
            {
                _items[item] = (Batches, ((1 - Rate) * known.Gap) + (Rate * (Batches - known.Last)));
            }
        }

        float[] logs = [.. items.Select(item => (float)-Math.Log(_items[item].Gap))];
        return Tensor.From(logs).Reshape(identifiers.Shape).To(identifiers.Device);
    }

    /// <summary>All there is to go on with: <c>batches</c>, <c>identifiers</c>, <c>last</c>, <c>gap</c>.</summary>
    public OrderedDictionary<string, Tensor> StateDict() => new()
    {
        ["batches"] = Tensor.FromScalar(Batches),
        ["identifiers"] = Tensor.From([.. _items.Keys]),
        ["last"] = Tensor.From([.. _items.Values.Select(static item => item.Last)]),
        ["gap"] = Tensor.From([.. _items.Values.Select(static item => item.Gap)]),
    };

    /// <summary>Takes over what <see cref="StateDict"/> gave.</summary>
    /// <param name="state">The dictionary.</param>
    /// <exception cref="StateDictException">A key is missing, or the lengths differ; nothing was changed.</exception>
    public void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        string[] keys = ["batches", "identifiers", "last", "gap"];
        if (keys.Any(key => !state.ContainsKey(key)) || state["batches"].Count != 1 || state["last"].Shape != state["identifiers"].Shape
            || state["gap"].Shape != state["identifiers"].Shape)
        {
            throw new StateDictException(
                "ItemFrequency.LoadStateDict: the dictionary must have batches, one number, and identifiers, last and gap, of one length; "
                + "nothing was changed.");
        }

        long[] identifiers = state["identifiers"].ToArray<long>(), last = state["last"].ToArray<long>();
        double[] gaps = state["gap"].To(DType.Float64).ToArray<double>();
        Batches = state["batches"].Item<long>();
        _items.Clear();
        for (int i = 0; i < identifiers.Length; i++)
        {
            _items[identifiers[i]] = (last[i], gaps[i]);
        }
    }

    /// <summary>The numbers of items and batches.</summary>
    public override string ToString() => $"ItemFrequency({Count} items in {Batches} batches)";
}
