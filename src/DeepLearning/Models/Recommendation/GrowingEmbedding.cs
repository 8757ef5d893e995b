using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// A table of learned vectors of identifiers that are not known beforehand, such as those of users and items: each has a row of its own, no
/// two share one, and the table grows as new ones come (Liu et al. 2022, "Monolith: real time recommendation system with collisionless
/// embedding table"). Identifiers, int64 or int32 [..], in; vectors [.., width] out.
/// </summary>
/// <remarks>
/// <para>
/// New identifiers are added by <see cref="Add"/>, before the forward pass; the room doubles as it is used up. The parameter stays the same
/// object, so that an optimizer goes on with the old rows as if nothing had happened, and its state grows along.
/// </para>
/// <para>
/// Keys of the state dictionary: <c>weight</c> [capacity, width], <c>identifiers</c> [capacity], <c>count</c>. A table takes on the
/// capacity of what it is loaded from, unless it already has rows and more room than that.
/// </para>
/// </remarks>
public sealed class GrowingEmbedding : Layer, IGrowingTable
{
    private readonly Generator? _generator;
    [Buffer]
    private readonly Tensor _identifiers;
    [Buffer]
    private readonly Tensor _count;
    private Dictionary<long, int>? _rows;
    private (Storage Storage, int Version) _seen;

    /// <summary>Makes an empty table.</summary>
    /// <param name="width">The length of a vector.</param>
    /// <param name="capacity">The number of rows that there is room for before the table grows.</param>
    /// <param name="std">The deviation of the normal distribution that new rows are drawn from.</param>
    /// <param name="sparse">Keeps the gradient by rows, as <see cref="Embedding"/> does.</param>
    /// <param name="dtype">The type of the vectors.</param>
    /// <param name="generator">The source of new rows; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive, or the deviation is negative.</exception>
    public GrowingEmbedding(
        int width, int capacity = 16, double std = 0.1, bool sparse = false, DType dtype = DType.Float32, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfNegative(std);
        (Std, Sparse, _generator) = (std, sparse, generator);
        Weight = new Parameter(Tensor.Zeros([capacity, width], dtype));
        _identifiers = Tensor.Zeros([capacity], DType.Int64);
        _count = Tensor.FromScalar(0L);
    }

    /// <summary>The table, [capacity, width]; the first <see cref="Count"/> rows are in use.</summary>
    public Parameter Weight { get; set; }

    /// <summary>The deviation of new rows.</summary>
    public double Std { get; }

    /// <summary>Whether the gradient is kept by rows.</summary>
    public bool Sparse { get; }

    /// <summary>The number of identifiers.</summary>
    public int Count => Rows.Count;

    /// <summary>The number of rows that there is room for.</summary>
    public int Capacity => Weight.Size(0);

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{Count} of {Capacity} rows, width {Weight.Size(1)}{(Sparse ? ", sparse" : "")}";

    /// <summary>The row of each identifier, made anew where the buffers have been loaded.</summary>
    private Dictionary<long, int> Rows
    {
        get
        {
            (Storage Storage, int Version) now = (_identifiers.Storage, _identifiers.Storage.Version);
            if (_rows is null || now != _seen)
            {
                long[] identifiers = _identifiers.ToArray<long>();
                long count = _count.Item<long>();
                Dictionary<long, int> rows = [];
                for (int row = 0; row < count; row++)
                {
                    if (count > identifiers.Length || !rows.TryAdd(identifiers[row], row))
                    {
                        throw new StateDictException(
                            $"{Kind}: what was loaded is not a table; {count} identifiers, each once, must fit "
                            + $"{identifiers.Length} rows.");
                    }
                }

                (_rows, _seen) = (rows, now);
            }

            return _rows;
        }
    }

    /// <summary>All identifiers, in the order of their rows, int64 [count].</summary>
    public Tensor Identifiers() => _identifiers.Narrow(0, 0, Count).Clone();

    /// <summary>
    /// Gives each identifier that is not there yet a row, in the order in which they stand. Call it before the forward pass: the backward
    /// pass of a table that has grown in between is refused, unless gradients are kept by rows.
    /// </summary>
    /// <param name="identifiers">Identifiers, int64 or int32 [..]; any numbers.</param>
    /// <returns>How many were new.</returns>
    /// <exception cref="DTypeException">They are not whole numbers.</exception>
    public int Add(Tensor identifiers)
    {
        CheckType(identifiers);
        Dictionary<long, int> rows = Rows;
        long[] added = [.. identifiers.To(DType.Int64).ToArray<long>().Distinct().Where(identifier => !rows.ContainsKey(identifier))];
        if (added.Length == 0)
        {
            return 0;
        }

        int count = rows.Count, room = Capacity;
        while (room < count + added.Length)
        {
            room = checked(2 * room);
        }

        Reserve(room);
        using GradMode.Region none = GradMode.NoGrad();
        using (TensorScope scope = new())
        {
            Tensor drawn = Tensor.Randn([added.Length, Weight.Size(1)], Weight.DType, _generator, Weight.Device) * Std;
            Weight.Narrow(0, count, added.Length).CopyFrom(drawn);
            _identifiers.Narrow(0, count, added.Length).CopyFrom(Tensor.From(added).To(_identifiers.Device));
            _count.FillInPlace((long)(count + added.Length));
        }

        for (int i = 0; i < added.Length; i++)
        {
            rows.Add(added[i], count + i);
        }

        _seen = (_identifiers.Storage, _identifiers.Storage.Version);
        return added.Length;
    }

    /// <summary>Makes room for more rows; nothing where there is as much.</summary>
    /// <param name="capacity">The number of rows.</param>
    public void Reserve(int capacity)
    {
        if (capacity > Capacity)
        {
            Resize(capacity);
        }
    }

    /// <summary>The number of the row of each identifier.</summary>
    /// <param name="identifiers">Identifiers, int64 or int32 [..].</param>
    /// <returns>The rows, int64, of the same shape.</returns>
    /// <exception cref="DTypeException">They are not whole numbers.</exception>
    /// <exception cref="IndexException">An identifier is not in the table.</exception>
    public Tensor RowsOf(Tensor identifiers)
    {
        CheckType(identifiers);
        Dictionary<long, int> rows = Rows;
        long[] numbers = identifiers.To(DType.Int64).ToArray<long>();
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = rows.TryGetValue(numbers[i], out int row)
                ? row
                : throw new IndexException(
                    $"{Kind}: the identifier {numbers[i]} is not among the {rows.Count} of the table; Add it before the forward pass.");
        }

        return Tensor.From(numbers).Reshape(identifiers.Shape).To(Weight.Device);
    }

    void IGrowingTable.FitRoom(Shape? weight)
    {
        if (weight is { Rank: 2 } shape && shape[0] > 0 && shape[1] == Weight.Size(1) && (shape[0] > Capacity || Count == 0))
        {
            Resize(shape[0]);
        }
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => Tensor.Embedding(Weight, RowsOf(input), sparse: Sparse);

    private protected override void DetachCopy(ModuleCopy copy)
    {
        base.DetachCopy(copy);
        _rows = null;
    }

    private void CheckType(Tensor identifiers)
    {
        ArgumentNullException.ThrowIfNull(identifiers);
        if (identifiers.DType is not (DType.Int64 or DType.Int32))
        {
            throw new DTypeException($"{Kind}: identifiers are of int64 or int32, not of {identifiers.DType.Name()}.");
        }
    }

    private void Resize(int capacity)
    {
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        using GradMode.Region none = GradMode.NoGrad();
        int kept = Math.Min(Count, capacity);
        // A gradient that is kept by rows is as good for the larger table.
        Tensor? gradient = Weight.GradRows is null ? Weight.GradInternal : null;
        if (gradient is not null)
        {
            Weight.Grad = null;
        }

        Weight.Replace(Resized(Weight.Detach()));
        if (gradient is not null)
        {
            Weight.Grad = Resized(gradient);
        }

        _identifiers.Replace(Resized(_identifiers));
        _seen = (_identifiers.Storage, _identifiers.Storage.Version);

        Tensor Resized(Tensor old)
        {
            int[] shape = old.Shape.ToArray();
            shape[0] = capacity;
            Tensor larger = Tensor.Zeros(shape, old.DType, old.Device);
            larger.Narrow(0, 0, kept).CopyFrom(old.Narrow(0, 0, kept));
            return larger;
        }
    }
}
