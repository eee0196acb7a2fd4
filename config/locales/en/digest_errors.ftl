## A schedule that cannot be kept
digest-zone-unknown = Can't find this time zone. Pick one of the suggestions while typing, or enter it like "Tokyo" or "Asia/Tokyo".
digest-cron-unclear = Can't read this schedule. { $field ->
    [minute] The first of the five fields (minute) must be a number from 0 to 59.
    [hour] The second of the five fields (hour) must be made of numbers from 0 to 23.
    [day-of-month] The third of the five fields (day of the month) must be made of numbers from 1 to 31, or L for the last day.
    [month] The fourth of the five fields (month) must be made of numbers from 1 to 12, or names such as JAN.
    [day-of-week] The last of the five fields (weekday) must be made of numbers from 0 (Sunday) to 7 (Sunday again), or names such as MON.
   *[other] A cron schedule has five fields: minute, hour, day, month and weekday.
 } For example, `0 9 * * 1-5` is 9:00 from Monday to Friday.
digest-cron-never = These days don't exist in any year, so the digest would never be sent. For example, `0 9 L * *` is 9:00 on the last day of each month.
digest-cron-often = A digest can be sent at most once an hour, so please enter a single minute. For example, `0 * * * *` is every hour on the hour.
