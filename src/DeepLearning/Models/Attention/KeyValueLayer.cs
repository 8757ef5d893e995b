namespace DeepLearning.Models;

/// <summary>The keys and values that one layer has seen; see <see cref="KeyValueCache"/>.</summary>
public sealed class KeyValueLayer
{
    private const int LeastRoom = 16;

    private Tensor? _keys;
    private Tensor? _values;

    /// <summary>The number of positions that are kept.</summary>
    public int Length { get; private set; }

    /// <summary>Appends positions.</summary>
    /// <param name="keys">Their keys, [batch, heads, positions, width].</param>
    /// <param name="values">Their values, [batch, heads, positions, width of values].</param>
    /// <returns>All keys and values that are kept now: views, which the next change of the cache may overwrite.</returns>
    /// <exception cref="ShapeException">They do not continue what is kept.</exception>
    /// <exception cref="InvalidOperationException">They are recorded for gradients.</exception>
    public (Tensor Keys, Tensor Values) Append(Tensor keys, Tensor values)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(values);
        if (GradMode.Enabled && (keys.RequiresGrad || values.RequiresGrad))
        {
            throw new InvalidOperationException(
                "KeyValueCache: keys and values that are kept have no record; decode under GradMode.NoGrad(), or train without a cache.");
        }

        Check(keys, "keys", _keys);
        Check(values, "values", _values);
        if (keys.Size(2) != values.Size(2))
        {
            throw new ShapeException($"KeyValueCache: keys {keys.Shape} and values {values.Shape} are not of the same positions.");
        }

        int length = Length + keys.Size(2);
        Put(ref _keys, keys, length);
        Put(ref _values, values, length);
        Length = length;
        return (_keys!.Narrow(2, 0, length), _values!.Narrow(2, 0, length));
    }

    /// <summary>The number of positions.</summary>
    public override string ToString() => $"KeyValueLayer({Length} positions)";

    internal void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
        if (length == 0)
        {
            (_keys, _values) = (null, null);
        }
    }

    internal void Reorder(Tensor rows)
    {
        if (_keys is not null)
        {
            (_keys, _values) = (Kept(_keys.IndexSelect(0, rows)), Kept(_values!.IndexSelect(0, rows)));
        }
    }

    private static void Check(Tensor x, string name, Tensor? kept)
    {
        bool fits = x.Rank == 4
            && (kept is null || (x.Size(0) == kept.Size(0) && x.Size(1) == kept.Size(1) && x.Size(3) == kept.Size(3)));
        if (!fits)
        {
            throw new ShapeException(
                $"KeyValueCache: {name} {x.Shape} do not fit; they must be "
                + (kept is null
                    ? "[batch, heads, positions, width]."
                    : $"[{kept.Size(0)}, {kept.Size(1)}, positions, {kept.Size(3)}], as those kept."));
        }

        if (kept is not null && (x.DType != kept.DType || x.Device != kept.Device))
        {
            throw new DTypeException(
                $"KeyValueCache: {name} of {x.DType.Name()} on {x.Device} do not continue those kept, of {kept.DType.Name()} on "
                + $"{kept.Device}.");
        }
    }

    private void Put(ref Tensor? kept, Tensor x, int length)
    {
        if (kept is null || kept.Size(2) < length)
        {
            int room = Math.Max(LeastRoom, Math.Max(length, kept is null ? length : 2 * kept.Size(2)));
            Tensor larger = Kept(Tensor.Zeros([x.Size(0), x.Size(1), room, x.Size(3)], x.DType, x.Device));
            if (kept is not null)
            {
                larger.Narrow(2, 0, Length).CopyFrom(kept.Narrow(2, 0, Length));
            }

            kept = larger;
        }

        kept.Narrow(2, Length, length - Length).CopyFrom(x.Detach());
    }

    private static Tensor Kept(Tensor x)
    {
        x.LeaveScope();
        return x;
    }
}
