namespace DeepLearning.Optimizers;

/// <summary>
/// The search for a step along a direction that meets the strong Wolfe conditions, by bracketing and cubic interpolation. Nocedal and
/// Wright, "Numerical optimization", 2006, algorithms 3.5 and 3.6, with the safeguards of minFunc.
/// </summary>
internal static class StrongWolfe
{
    private const double Decrease = 1e-4, Curvature = 0.9;
    private const int MaxTrials = 25;

    /// <summary>A point on the line: the distance, the loss, the gradient, and its slope along the direction.</summary>
    public readonly record struct Point(double Distance, double Loss, Tensor Gradient, double Slope);

    /// <summary>Searches.</summary>
    /// <param name="evaluate">The loss and the gradient at a distance along the direction.</param>
    /// <param name="direction">The direction.</param>
    /// <param name="start">The point at distance 0.</param>
    /// <param name="distance">The first distance to try.</param>
    /// <param name="toleranceChange">How narrow a bracket is not searched any further.</param>
    /// <returns>The point found, and how many were tried.</returns>
    public static (Point Found, int Evaluations) Search(
        Func<double, (double Loss, Tensor Gradient)> evaluate, Tensor direction, Point start, double distance, double toleranceChange)
    {
        double length = direction.Abs().Amax().Item<double>();
        Point previous = start, current = At(distance);
        int trials = 0;
        while (trials < MaxTrials)
        {
            if (!IsLower(current) || (trials > 1 && current.Loss >= previous.Loss))
            {
                return Zoom(previous, current);
            }

            if (IsFlat(current))
            {
                return (current, trials + 1);
            }

            if (current.Slope >= 0)
            {
                return Zoom(previous, current);
            }

            double least = current.Distance + (0.01 * (current.Distance - previous.Distance));
            double next = Interpolate(previous, current, least, current.Distance * 10);
            previous = current;
            current = At(next);
            trials++;
        }

        return (start.Loss <= current.Loss ? start : current, trials + 1);

        Point At(double t)
        {
            (double loss, Tensor gradient) = evaluate(t);
            return new Point(t, loss, gradient, gradient.Dot(direction).Item<double>());
        }

        bool IsLower(Point point) => point.Loss <= start.Loss + (Decrease * point.Distance * start.Slope);

        bool IsFlat(Point point) => Math.Abs(point.Slope) <= -Curvature * start.Slope;

        (Point Found, int Evaluations) Zoom(Point first, Point second)
        {
            Point[] bracket = [first, second];
            int low = first.Loss <= second.Loss ? 0 : 1;
            bool isSlow = false;
            while (trials < MaxTrials && Math.Abs(bracket[1].Distance - bracket[0].Distance) * length >= toleranceChange)
            {
                Point point = At(Inside(bracket[0], bracket[1], ref isSlow));
                trials++;
                int high = 1 - low;
                if (!IsLower(point) || point.Loss >= bracket[low].Loss)
                {
                    bracket[high] = point;
                    low = bracket[0].Loss <= bracket[1].Loss ? 0 : 1;
                    continue;
                }

                if (IsFlat(point))
                {
                    return (point, trials + 1);
                }

                if (point.Slope * (bracket[high].Distance - bracket[low].Distance) >= 0)
                {
                    bracket[high] = bracket[low];
                }

                bracket[low] = point;
            }

            return (bracket[low], trials + 1);
        }
    }

    /// <summary>
    /// The next distance within a bracket. One near an end twice in a row, or at it, is moved away from the end by a tenth of the bracket.
    /// </summary>
    private static double Inside(Point first, Point second, ref bool isSlow)
    {
        double left = Math.Min(first.Distance, second.Distance), right = Math.Max(first.Distance, second.Distance);
        double next = Interpolate(first, second, left, right), margin = 0.1 * (right - left);
        bool isNearEnd = Math.Min(right - next, next - left) < margin;
        if (isNearEnd && (isSlow || next >= right || next <= left))
        {
            next = Math.Abs(next - right) < Math.Abs(next - left) ? right - margin : left + margin;
            isNearEnd = false;
        }

        isSlow = isNearEnd;
        return next;
    }

    /// <summary>
    /// Where the cubic through two points with their slopes is least, within bounds; their middle where it has no minimum.
    /// </summary>
    private static double Interpolate(Point a, Point b, double least, double greatest)
    {
        double d1 = a.Slope + b.Slope - (3 * (a.Loss - b.Loss) / (a.Distance - b.Distance)), square = (d1 * d1) - (a.Slope * b.Slope);
        if (!(square >= 0))
        {
            return (least + greatest) / 2;
        }

        double d2 = Math.Sqrt(square);
        double position = a.Distance <= b.Distance
            ? b.Distance - ((b.Distance - a.Distance) * ((b.Slope + d2 - d1) / (b.Slope - a.Slope + (2 * d2))))
            : a.Distance - ((a.Distance - b.Distance) * ((a.Slope + d2 - d1) / (a.Slope - b.Slope + (2 * d2))));
        return Math.Min(Math.Max(position, least), greatest);
    }
}
